"""Activation functions.

The table was recorded from torch 2.13.0+cpu: source over the inputs v, the inputs (float64), the node, what it saves,
the value and the gradients of its sum.
"""

from __future__ import annotations

from math import nan

import numpy as np
import pytest

import gradcli.engine as torch
import gradcli.engine.ops.activation as F
from gradcli.engine import catalogue

pytestmark = [pytest.mark.filterwarnings("ignore::RuntimeWarning"), pytest.mark.filterwarnings("ignore:reduction")]

RECORDED = [
    (
        "F.relu6(v[0])",
        ([-1000.0, -3.0, -1.0, -0.3, 0.0, 0.1, 0.5, 1.0, 3.0, 6.0, 25.0, 1000.0, nan],),
        "HardtanhBackward0",
        "self",
        [0.0, 0.0, 0.0, 0.0, 0.0, 0.1, 0.5, 1.0, 3.0, 6.0, 6.0, 6.0, nan],
        [[0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0]],
    ),
    (
        "F.hardtanh(v[0])",
        ([-1000.0, -3.0, -1.0, -0.3, 0.0, 0.1, 0.5, 1.0, 3.0, 6.0, 25.0, 1000.0, nan],),
        "HardtanhBackward0",
        "self",
        [-1.0, -1.0, -1.0, -0.3, 0.0, 0.1, 0.5, 1.0, 1.0, 1.0, 1.0, 1.0, nan],
        [[0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]],
    ),
    (
        "F.hardtanh(v[0], -2.0, 0.5)",
        ([-1000.0, -3.0, -1.0, -0.3, 0.0, 0.1, 0.5, 1.0, 3.0, 6.0, 25.0, 1000.0, nan],),
        "HardtanhBackward0",
        "self",
        [-2.0, -2.0, -1.0, -0.3, 0.0, 0.1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, nan],
        [[0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]],
    ),
    (
        "F.leaky_relu(v[0])",
        ([-1000.0, -3.0, -1.0, -0.3, 0.0, 0.1, 0.5, 1.0, 3.0, 6.0, 25.0, 1000.0, nan],),
        "LeakyReluBackward0",
        "self",
        [-10.0, -0.03, -0.01, -0.003, 0.0, 0.1, 0.5, 1.0, 3.0, 6.0, 25.0, 1000.0, nan],
        [[0.01, 0.01, 0.01, 0.01, 0.01, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.01]],
    ),
    (
        "F.leaky_relu(v[0], 0.2)",
        ([-1000.0, -3.0, -1.0, -0.3, 0.0, 0.1, 0.5, 1.0, 3.0, 6.0, 25.0, 1000.0, nan],),
        "LeakyReluBackward0",
        "self",
        [-200.0, -0.6000000000000001, -0.2, -0.06, 0.0, 0.1, 0.5, 1.0, 3.0, 6.0, 25.0, 1000.0, nan],
        [[0.2, 0.2, 0.2, 0.2, 0.2, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.2]],
    ),
    (
        "F.elu(v[0])",
        ([-1000.0, -3.0, -1.0, -0.3, 0.0, 0.1, 0.5, 1.0, 3.0, 6.0, 25.0, 1000.0, nan],),
        "EluBackward0",
        "self",
        [
            -1.0,
            -0.950212931632136,
            -0.6321205588285577,
            -0.2591817793182821,
            0.0,
            0.1,
            0.5,
            1.0,
            3.0,
            6.0,
            25.0,
            1000.0,
            nan,
        ],
        [
            [
                0.0,
                0.049787068367863944,
                0.36787944117144233,
                0.7408182206817179,
                1.0,
                1.0,
                1.0,
                1.0,
                1.0,
                1.0,
                1.0,
                1.0,
                1.0,
            ]
        ],
    ),
    (
        "F.elu(v[0], 0.5)",
        ([-1000.0, -3.0, -1.0, -0.3, 0.0, 0.1, 0.5, 1.0, 3.0, 6.0, 25.0, 1000.0, nan],),
        "EluBackward0",
        "self",
        [
            -0.5,
            -0.475106465816068,
            -0.31606027941427883,
            -0.12959088965914106,
            0.0,
            0.1,
            0.5,
            1.0,
            3.0,
            6.0,
            25.0,
            1000.0,
            nan,
        ],
        [
            [
                0.0,
                0.024893534183931972,
                0.18393972058572117,
                0.37040911034085894,
                0.5,
                1.0,
                1.0,
                1.0,
                1.0,
                1.0,
                1.0,
                1.0,
                1.0,
            ]
        ],
    ),
    (
        "F.selu(v[0])",
        ([-1000.0, -3.0, -1.0, -0.3, 0.0, 0.1, 0.5, 1.0, 3.0, 6.0, 25.0, 1000.0, nan],),
        "EluBackward0",
        "self",
        [
            -1.7580993408473766,
            -1.6705687287671118,
            -1.1113307378125625,
            -0.45566731537912203,
            0.0,
            0.10507009873554805,
            0.5253504936777402,
            1.0507009873554805,
            3.1521029620664414,
            6.304205924132883,
            26.26752468388701,
            1050.7009873554805,
            nan,
        ],
        [
            [
                0.0,
                0.08753061208026487,
                0.646768603034814,
                1.3024320254682547,
                1.7580993408473766,
                1.0507009873554805,
                1.0507009873554805,
                1.0507009873554805,
                1.0507009873554805,
                1.0507009873554805,
                1.0507009873554805,
                1.0507009873554805,
                1.0507009873554805,
            ]
        ],
    ),
    (
        "F.celu(v[0])",
        ([-1000.0, -3.0, -1.0, -0.3, 0.0, 0.1, 0.5, 1.0, 3.0, 6.0, 25.0, 1000.0, nan],),
        "CeluBackward0",
        "self",
        [
            -1.0,
            -0.950212931632136,
            -0.6321205588285577,
            -0.2591817793182821,
            0.0,
            0.1,
            0.5,
            1.0,
            3.0,
            6.0,
            25.0,
            1000.0,
            nan,
        ],
        [
            [
                0.0,
                0.049787068367863944,
                0.36787944117144233,
                0.7408182206817179,
                1.0,
                1.0,
                1.0,
                1.0,
                1.0,
                1.0,
                1.0,
                1.0,
                1.0,
            ]
        ],
    ),
    (
        "F.celu(v[0], 2.0)",
        ([-1000.0, -3.0, -1.0, -0.3, 0.0, 0.1, 0.5, 1.0, 3.0, 6.0, 25.0, 1000.0, nan],),
        "CeluBackward0",
        "self",
        [
            -2.0,
            -1.5537396797031404,
            -0.7869386805747332,
            -0.2785840471498844,
            0.0,
            0.1,
            0.5,
            1.0,
            3.0,
            6.0,
            25.0,
            1000.0,
            nan,
        ],
        [
            [
                7.124576406741286e-218,
                0.22313016014842982,
                0.6065306597126334,
                0.8607079764250578,
                1.0,
                1.0,
                1.0,
                1.0,
                1.0,
                1.0,
                1.0,
                1.0,
                1.0,
            ]
        ],
    ),
    (
        "F.gelu(v[0])",
        ([-1000.0, -3.0, -1.0, -0.3, 0.0, 0.1, 0.5, 1.0, 3.0, 6.0, 25.0, 1000.0, nan],),
        "GeluBackward0",
        "self",
        [
            -0.0,
            -0.00404969409489031,
            -0.15865525393145702,
            -0.1146265733433142,
            0.0,
            0.053982783727702904,
            0.34573123063700656,
            0.841344746068543,
            2.99595030590511,
            5.999999994080474,
            25.0,
            1000.0,
            nan,
        ],
        [
            [
                0.0,
                -0.01194564720418392,
                -0.08331547058768635,
                0.26767223317289013,
                0.5,
                0.5795230920247302,
                0.8674951246561629,
                1.0833154705876864,
                1.011945647204184,
                1.0000000354687093,
                1.0,
                1.0,
                nan,
            ]
        ],
    ),
    (
        "F.gelu(v[0], approximate='tanh')",
        ([-1000.0, -3.0, -1.0, -0.3, 0.0, 0.1, 0.5, 1.0, 3.0, 6.0, 25.0, 1000.0, nan],),
        "GeluBackward0",
        "self",
        [
            -0.0,
            -0.0036373920817729943,
            -0.15880800939172324,
            -0.11462907645724074,
            0.0,
            0.053982751045435165,
            0.34571400982514394,
            0.8411919906082768,
            2.996362607918227,
            5.9999999999156035,
            25.0,
            1000.0,
            nan,
        ],
        [
            [
                0.0,
                -0.011584166630969648,
                -0.08296408384578252,
                0.26770454836119817,
                0.5,
                0.5795217892717567,
                0.8673699035346424,
                1.0829640838457826,
                1.0115841666309695,
                1.0000000007709977,
                1.0,
                1.0,
                nan,
            ]
        ],
    ),
    (
        "F.silu(v[0])",
        ([-1000.0, -3.0, -1.0, -0.3, 0.0, 0.1, 0.5, 1.0, 3.0, 6.0, 25.0, 1000.0, nan],),
        "SiluBackward0",
        "self",
        [
            -0.0,
            -0.14227761953270035,
            -0.2689414213699951,
            -0.1276672449565023,
            0.0,
            0.052497918747894,
            0.3112296656009273,
            0.7310585786300049,
            2.8577223804672998,
            5.985164261060192,
            24.9999999996528,
            1000.0,
            nan,
        ],
        [
            [
                0.0,
                -0.08810410601516962,
                0.07232948812851325,
                0.3522199896811173,
                0.5,
                0.5499167914982293,
                0.7399611873026519,
                0.9276705118714869,
                1.0881041060151693,
                1.0123264325915249,
                1.000000000333312,
                1.0,
                nan,
            ]
        ],
    ),
    (
        "F.mish(v[0])",
        ([-1000.0, -3.0, -1.0, -0.3, 0.0, 0.1, 0.5, 1.0, 3.0, 6.0, 25.0, 1000.0, nan],),
        "MishBackward0",
        "self",
        [
            -0.0,
            -0.1456474612756246,
            -0.30340146137410895,
            -0.15113317713833455,
            0.0,
            0.06317941749148973,
            0.3752452113048951,
            0.8650983882673103,
            2.9865350049679575,
            5.999926634065252,
            25.0,
            1000.0,
            nan,
        ],
        [
            [
                0.0,
                -0.09339311453232084,
                0.059216755877395014,
                0.40851087693570215,
                0.6,
                0.6633368207519952,
                0.8864243753577272,
                1.0490362200997922,
                1.0211069109294435,
                1.00013414050621,
                1.0,
                1.0,
                nan,
            ]
        ],
    ),
    (
        "F.softplus(v[0])",
        ([-1000.0, -3.0, -1.0, -0.3, 0.0, 0.1, 0.5, 1.0, 3.0, 6.0, 25.0, 1000.0, nan],),
        "SoftplusBackward0",
        "self",
        [
            0.0,
            0.04858735157374206,
            0.31326168751822286,
            0.5543552444685271,
            0.6931471805599453,
            0.744396660073571,
            0.9740769841801067,
            1.3132616875182228,
            3.048587351573742,
            6.00247568513773,
            25.0,
            1000.0,
            nan,
        ],
        [
            [
                0.0,
                0.04742587317756679,
                0.2689414213699951,
                0.425557483188341,
                0.5,
                0.52497918747894,
                0.6224593312018546,
                0.7310585786300049,
                0.9525741268224333,
                0.9975273768433652,
                1.0,
                1.0,
                nan,
            ]
        ],
    ),
    (
        "F.softplus(v[0], 2.0, 3.0)",
        ([-1000.0, -3.0, -1.0, -0.3, 0.0, 0.1, 0.5, 1.0, 3.0, 6.0, 25.0, 1000.0, nan],),
        "SoftplusBackward0",
        "self",
        [
            0.0,
            0.0012378425688652247,
            0.06346400552148625,
            0.2187439752429428,
            0.34657359027997264,
            0.3990694346907959,
            0.6566308437591114,
            1.0634640055214863,
            3.0,
            6.0,
            25.0,
            1000.0,
            nan,
        ],
        [
            [
                0.0,
                0.0024726231566347748,
                0.11920292202211755,
                0.3543436937742045,
                0.5,
                0.549833997312478,
                0.7310585786300049,
                0.8807970779778824,
                1.0,
                1.0,
                1.0,
                1.0,
                nan,
            ]
        ],
    ),
    (
        "F.softsign(v[0])",
        ([-1000.0, -3.0, -1.0, -0.3, 0.0, 0.1, 0.5, 1.0, 3.0, 6.0, 25.0, 1000.0, nan],),
        "DivBackward0",
        "other,self",
        [
            -0.999000999000999,
            -0.75,
            -0.5,
            -0.23076923076923075,
            0.0,
            0.09090909090909091,
            0.3333333333333333,
            0.5,
            0.75,
            0.8571428571428571,
            0.9615384615384616,
            0.999000999000999,
            nan,
        ],
        [
            [
                9.98002996005021e-07,
                0.0625,
                0.25,
                0.5917159763313609,
                1.0,
                0.8264462809917354,
                0.4444444444444444,
                0.25,
                0.0625,
                0.020408163265306117,
                0.001479289940828403,
                9.98002996005021e-07,
                nan,
            ]
        ],
    ),
    (
        "F.hardswish(v[0])",
        ([-1000.0, -3.0, -1.0, -0.3, 0.0, 0.1, 0.5, 1.0, 3.0, 6.0, 25.0, 1000.0, nan],),
        "HardswishBackward0",
        "self",
        [
            -0.0,
            -0.0,
            -0.3333333333333333,
            -0.135,
            0.0,
            0.05166666666666667,
            0.2916666666666667,
            0.6666666666666666,
            3.0,
            6.0,
            25.0,
            1000.0,
            nan,
        ],
        [
            [
                0.0,
                0.0,
                0.16666666666666669,
                0.4,
                0.5,
                0.5333333333333333,
                0.6666666666666666,
                0.8333333333333333,
                1.0,
                1.0,
                1.0,
                1.0,
                1.0,
            ]
        ],
    ),
    (
        "F.logsigmoid(v[0])",
        ([-1000.0, -3.0, -1.0, -0.3, 0.0, 0.1, 0.5, 1.0, 3.0, 6.0, 25.0, 1000.0, nan],),
        "LogSigmoidBackward0",
        "buffer,self",
        [
            -1000.0,
            -3.048587351573742,
            -1.3132616875182228,
            -0.8543552444685272,
            -0.6931471805599453,
            -0.6443966600735709,
            -0.4740769841801067,
            -0.31326168751822286,
            -0.04858735157374206,
            -0.0024756851377304495,
            -1.3887943864867583e-11,
            0.0,
            nan,
        ],
        [
            [
                1.0,
                0.9525741268224333,
                0.7310585786300049,
                0.5744425168116589,
                0.5,
                0.47502081252106,
                0.37754066879814546,
                0.2689414213699951,
                0.04742587317756679,
                0.0024726231566347748,
                1.3887943864771146e-11,
                0.0,
                nan,
            ]
        ],
    ),
    (
        "F.threshold(v[0], 0.2, 5.0)",
        ([-1000.0, -3.0, -1.0, -0.3, 0.0, 0.1, 0.5, 1.0, 3.0, 6.0, 25.0, 1000.0, nan],),
        "ThresholdBackward0",
        "self",
        [5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 0.5, 1.0, 3.0, 6.0, 25.0, 1000.0, nan],
        [[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]],
    ),
    ("F.relu6(v[0])", (0.7,), "HardtanhBackward0", "self", 0.7, [1.0]),
    ("F.hardtanh(v[0])", (0.7,), "HardtanhBackward0", "self", 0.7, [1.0]),
    ("F.hardtanh(v[0], -2.0, 0.5)", (0.7,), "HardtanhBackward0", "self", 0.5, [0.0]),
    ("F.leaky_relu(v[0])", (0.7,), "LeakyReluBackward0", "self", 0.7, [1.0]),
    ("F.leaky_relu(v[0], 0.2)", (0.7,), "LeakyReluBackward0", "self", 0.7, [1.0]),
    ("F.elu(v[0])", (0.7,), "EluBackward0", "self", 0.7, [1.0]),
    ("F.elu(v[0], 0.5)", (0.7,), "EluBackward0", "self", 0.7, [1.0]),
    ("F.selu(v[0])", (0.7,), "EluBackward0", "self", 0.7354906911488363, [1.0507009873554805]),
    ("F.celu(v[0])", (0.7,), "CeluBackward0", "self", 0.7, [1.0]),
    ("F.celu(v[0], 2.0)", (0.7,), "CeluBackward0", "self", 0.7, [1.0]),
    ("F.gelu(v[0])", (0.7,), "GeluBackward0", "self", 0.5306254434438489, [0.9766141011336599]),
    ("F.gelu(v[0], approximate='tanh')", (0.7,), "GeluBackward0", "self", 0.5305701347051167, [0.976357218656104]),
    ("F.silu(v[0])", (0.7,), "SiluBackward0", "self", 0.46773144051771626, [0.8233867834733425]),
    ("F.mish(v[0])", (0.7,), "MishBackward0", "self", 0.5611483776438518, [0.9687948682001859]),
    ("F.softplus(v[0])", (0.7,), "SoftplusBackward0", "self", 1.103186048885458, [0.6681877721681662]),
    ("F.softplus(v[0], 2.0, 3.0)", (0.7,), "SoftplusBackward0", "self", 0.8102087049592255, [0.8021838885585817]),
    ("F.softsign(v[0])", (0.7,), "DivBackward0", "other,self", 0.4117647058823529, [0.34602076124567477]),
    ("F.hardswish(v[0])", (0.7,), "HardswishBackward0", "self", 0.43166666666666664, [0.7333333333333333]),
    ("F.logsigmoid(v[0])", (0.7,), "LogSigmoidBackward0", "buffer,self", -0.4031860488854579, [0.33181222783183395]),
    ("F.threshold(v[0], 0.2, 5.0)", (0.7,), "ThresholdBackward0", "self", 0.7, [1.0]),
    (
        "F.prelu(*v)",
        ([-1.0, 0.5, 2.0], [0.25]),
        "PreluKernelBackward0",
        "self,weight",
        [-0.25, 0.5, 2.0],
        [[0.25, 1.0, 1.0], [-1.0]],
    ),
    (
        "F.prelu(*v)",
        ([[-1.0, 1.0], [2.0, -3.0]], [0.25, 0.5]),
        "PreluKernelBackward0",
        "self,weight",
        [[-0.25, 1.0], [2.0, -1.5]],
        [[[0.25, 1.0], [1.0, 0.5]], [-1.0, -3.0]],
    ),
    (
        "F.glu(v[0])",
        ([1.0, 2.0, 3.0, 4.0],),
        "GluBackward0",
        "self",
        [0.9525741268224334, 1.964027580075817],
        [[0.9525741268224334, 0.9820137900379085, 0.045176659730912, 0.035325412426582214]],
    ),
    (
        "F.glu(v[0], 0)",
        ([[1.0], [2.0]],),
        "GluBackward0",
        "self",
        [[0.8807970779778823]],
        [[[0.8807970779778823], [0.10499358540350662]]],
    ),
    (
        "torch.sigmoid(v[0])",
        ([-1000.0, 0.0, 1000.0],),
        "SigmoidBackward0",
        "result",
        [0.0, 0.5, 1.0],
        [[0.0, 0.25, 0.0]],
    ),
]

SMOOTH = [
    ("F.relu6(v[0])", ([-2.2, -0.7, -0.1, 0.3, 1.4, 4.7],)),
    ("F.hardtanh(v[0])", ([-2.2, -0.7, -0.1, 0.3, 1.4, 4.7],)),
    ("F.hardtanh(v[0], -2.0, 0.5)", ([-2.2, -0.7, -0.1, 0.3, 1.4, 4.7],)),
    ("F.leaky_relu(v[0])", ([-2.2, -0.7, -0.1, 0.3, 1.4, 4.7],)),
    ("F.leaky_relu(v[0], 0.2)", ([-2.2, -0.7, -0.1, 0.3, 1.4, 4.7],)),
    ("F.elu(v[0])", ([-2.2, -0.7, -0.1, 0.3, 1.4, 4.7],)),
    ("F.elu(v[0], 0.5)", ([-2.2, -0.7, -0.1, 0.3, 1.4, 4.7],)),
    ("F.selu(v[0])", ([-2.2, -0.7, -0.1, 0.3, 1.4, 4.7],)),
    ("F.celu(v[0])", ([-2.2, -0.7, -0.1, 0.3, 1.4, 4.7],)),
    ("F.celu(v[0], 2.0)", ([-2.2, -0.7, -0.1, 0.3, 1.4, 4.7],)),
    ("F.gelu(v[0])", ([-2.2, -0.7, -0.1, 0.3, 1.4, 4.7],)),
    ("F.gelu(v[0], approximate='tanh')", ([-2.2, -0.7, -0.1, 0.3, 1.4, 4.7],)),
    ("F.silu(v[0])", ([-2.2, -0.7, -0.1, 0.3, 1.4, 4.7],)),
    ("F.mish(v[0])", ([-2.2, -0.7, -0.1, 0.3, 1.4, 4.7],)),
    ("F.softplus(v[0])", ([-2.2, -0.7, -0.1, 0.3, 1.4, 4.7],)),
    ("F.softplus(v[0], 2.0, 3.0)", ([-2.2, -0.7, -0.1, 0.3, 1.4, 4.7],)),
    ("F.softsign(v[0])", ([-2.2, -0.7, -0.1, 0.3, 1.4, 4.7],)),
    ("F.hardsigmoid(v[0])", ([-2.2, -0.7, -0.1, 0.3, 1.4, 4.7],)),
    ("F.hardswish(v[0])", ([-2.2, -0.7, -0.1, 0.3, 1.4, 4.7],)),
    ("F.logsigmoid(v[0])", ([-2.2, -0.7, -0.1, 0.3, 1.4, 4.7],)),
    ("F.threshold(v[0], 0.2, 5.0)", ([-2.2, -0.7, -0.1, 0.3, 1.4, 4.7],)),
    ("F.prelu(*v)", ([-1.0, 0.5, 2.0], [0.25])),
    ("F.prelu(*v)", ([[-1.0, 1.0], [2.0, -3.0]], [0.25, 0.5])),
    ("F.glu(v[0])", ([1.0, 2.0, 3.0, 4.0],)),
    ("F.glu(v[0], 0)", ([[1.0], [2.0]],)),
    ("torch.sigmoid(v[0])", ([-0.5, 2.0],)),
]


def evaluated(source, *inputs):
    return eval("lambda *v: " + source, {"torch": torch, "F": F})(*inputs)


def leaves(inputs):
    return [torch.tensor(each, dtype=torch.float64, requires_grad=True) for each in inputs]


def identifier(row):
    return f"{row[0]} at {row[1]}"[:60]


@pytest.mark.parametrize("row", RECORDED, ids=identifier)
def test_value_node_and_gradient_are_torch_s(row):
    source, inputs, node, saved, value, gradients = row
    given = leaves(inputs)
    result = evaluated(source, *given)
    assert result.grad_fn.name() == node
    found = [name for name in dir(result.grad_fn) if isinstance(getattr(result.grad_fn, name), torch.Tensor)]
    assert ",".join(sorted(name.removeprefix("_saved_") for name in found)) == saved
    assert np.allclose(result.tolist(), value, rtol=1e-9, atol=1e-12, equal_nan=True)
    arrived = torch.grad(result.sum(), given, allow_unused=True)
    for gradient, expected in zip(arrived, gradients, strict=True):
        assert (gradient is None) == (expected is None)
        if expected is not None:
            assert np.allclose(gradient.tolist(), expected, rtol=1e-9, atol=1e-12, equal_nan=True)


def numeric(function, arrays, which, step=1e-6):
    """Central differences of a sum by one of the arrays."""
    found = np.zeros_like(arrays[which])
    for index in np.ndindex(found.shape):
        ends = []
        for sign in (1, -1):
            moved = [np.array(each) for each in arrays]
            moved[which][index] += sign * step
            ends.append(function(moved))
        found[index] = (ends[0] - ends[1]) / (2 * step)
    return found


def weighted(tensor):
    """A sum in which no two elements count the same."""
    weights = torch.tensor(np.linspace(0.7, 1.9, tensor.numel()).reshape(tensor.shape))
    return (tensor * weights).sum()


@pytest.mark.parametrize("row", SMOOTH, ids=identifier)
def test_gradient_agrees_with_differences(row):
    source, inputs = row
    arrays = [np.array(each, np.float64) for each in inputs]
    given = leaves(inputs)
    gradients = torch.grad(weighted(evaluated(source, *given)), given)
    for which, gradient in enumerate(gradients):
        expected = numeric(lambda moved: weighted(evaluated(source, *leaves(moved))).item(), arrays, which)
        assert np.allclose(gradient.tolist(), expected, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("row", SMOOTH, ids=identifier)
def test_second_order_agrees_with_differences_of_the_first(row):
    source, inputs = row
    arrays = [np.array(each, np.float64) for each in inputs]

    def slope(given, create_graph):
        total = weighted(evaluated(source, *given))
        gradients = torch.grad(total, given, create_graph=create_graph)
        return sum((weighted(each) * (i + 1) for i, each in enumerate(gradients)), torch.tensor(0.0))

    given = leaves(inputs)
    first = slope(given, True)
    found = torch.grad(first, given, allow_unused=True) if first.requires_grad else [None] * len(given)
    for which, gradient in enumerate(found):
        expected = numeric(lambda moved: slope(leaves(moved), False).item(), arrays, which)
        value = np.zeros_like(expected) if gradient is None else np.array(gradient.tolist())
        assert np.allclose(value, expected, rtol=1e-5, atol=1e-7)


@pytest.mark.torch
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("row", RECORDED, ids=identifier)
def test_the_recording_is_torch_s(live_torch, row):
    source, inputs, node, _, value, _ = row
    names = {"torch": live_torch, "F": live_torch.nn.functional, "S": live_torch.special}
    given = [live_torch.tensor(each, dtype=live_torch.float64, requires_grad=True) for each in inputs]
    result = eval("lambda *v: " + source, names)(*given)
    assert result.grad_fn.name() == node
    assert np.allclose(result.tolist(), value, rtol=1e-9, atol=1e-12, equal_nan=True)


REFUSED = [
    ("F.gelu(torch.tensor(1.0), approximate='x')", RuntimeError, "approximate argument must be either none or tanh."),
    ("F.glu(torch.tensor([1.0, 2.0, 3.0]))", RuntimeError, "Halving dimension must be even, but dimension 0 is size 3"),
    ("F.glu(torch.tensor(1.0))", RuntimeError, "glu does not support scalars because halving size must be even"),
    (
        "F.prelu(torch.tensor([[1.0, 2.0]]), torch.tensor([1.0, 2.0, 3.0]))",
        RuntimeError,
        "Mismatch of parameter numbers and input channel size. Found parameter numbers = 3 and channel size = 2.",
    ),
    ("F.prelu(torch.tensor(1.0), torch.tensor([1.0, 2.0]))", RuntimeError, "Not allow zero-dim input tensor."),
    ("F.celu(torch.tensor(1.0), 0.0)", RuntimeError, "ZeroDivisionError: alpha cannot be 0 for CELU"),
    ("F.hardtanh(torch.tensor(1.0), 2.0, 1.0)", ValueError, "min_val cannot be greater than max_val"),
    ("F.gelu(torch.tensor([1]))", NotImplementedError, "\"GeluKernelImpl\" not implemented for 'Long'"),
    ("F.silu(torch.tensor([1]))", NotImplementedError, "\"silu_cpu\" not implemented for 'Long'"),
    ("F.elu(torch.tensor([1]))", NotImplementedError, "\"elu_cpu\" not implemented for 'Long'"),
    ("F.selu(torch.tensor([1]))", NotImplementedError, "\"elu_cpu\" not implemented for 'Long'"),
    ("F.celu(torch.tensor([1]))", NotImplementedError, "\"elu_cpu\" not implemented for 'Long'"),
    ("F.leaky_relu(torch.tensor([1]))", NotImplementedError, "\"leaky_relu_cpu\" not implemented for 'Long'"),
    ("F.softplus(torch.tensor([1]))", NotImplementedError, "\"softplus_cpu\" not implemented for 'Long'"),
    ("F.mish(torch.tensor([1]))", NotImplementedError, "\"mish_cpu\" not implemented for 'Long'"),
    ("F.hardsigmoid(torch.tensor([1]))", NotImplementedError, "\"hardsigmoid_cpu\" not implemented for 'Long'"),
    ("F.hardswish(torch.tensor([1]))", NotImplementedError, "\"hardswish_cpu\" not implemented for 'Long'"),
    ("F.logsigmoid(torch.tensor([1]))", NotImplementedError, "\"log_sigmoid_cpu\" not implemented for 'Long'"),
    ("F.leaky_relu(1.0)", TypeError, "leaky_relu(): argument 'input' (position 1) must be Tensor, not float"),
    ("F.relu6(1.0)", TypeError, "relu6(): argument 'input' (position 1) must be Tensor, not float"),
]


@pytest.mark.parametrize("row", REFUSED, ids=identifier)
def test_refusals_are_torch_s(row):
    call, error, text = row
    with pytest.raises(error) as raised:
        evaluated(call)
    assert str(raised.value) == text


def test_integers_stay_integers_where_torch_keeps_them():
    assert repr(F.relu6(torch.tensor([-1, 7]))) == "tensor([0, 6])"
    assert repr(F.threshold(torch.tensor([1, 2]), 1, 0)) == "tensor([0, 2])"
    assert repr(F.softsign(torch.tensor([1]))) == "tensor([0.5000])"


def test_float32_stays_float32():
    x = torch.tensor([-1.0, 2.0], requires_grad=True)
    for name in catalogue.ONLY_FUNCTIONAL["ops.activation"].split():
        arguments = {"threshold": (0.0, 1.0), "prelu": (torch.tensor([0.25]),), "softmin": (0,)}.get(name, ())
        result = getattr(F, name)(x, *arguments)
        assert result.dtype is torch.float32, name
        assert torch.grad(result.sum(), x)[0].dtype is torch.float32, name


def test_printed_text():
    x = torch.tensor([-1.0, 2.0], requires_grad=True)
    assert repr(F.gelu(x)) == "tensor([-0.1587,  1.9545], grad_fn=<GeluBackward0>)"
    assert repr(F.softmin(x, 0)) == "tensor([0.9526, 0.0474], grad_fn=<SoftmaxBackward0>)"


def test_softplus_neither_overflows_nor_loses_its_tail():
    x = torch.tensor([-800.0, 800.0], dtype=torch.float64, requires_grad=True)
    y = F.softplus(x)
    assert y.tolist() == [0, 800]
    assert [each.tolist() for each in torch.grad(y.sum(), x)] == [[0, 1]]
