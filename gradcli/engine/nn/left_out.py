"""What torch.nn, torch.nn.functional, torch.optim and torch.utils.data have and this engine leaves out on purpose."""

from __future__ import annotations

from typing import Final

_LEFT_OUT: Final = {
    "torch.nn": (
        "AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d AdaptiveLogSoftmaxWithLoss AdaptiveMaxPool1d "
        "AdaptiveMaxPool2d AdaptiveMaxPool3d AlphaDropout AvgPool1d AvgPool2d AvgPool3d BatchNorm1d BatchNorm2d "
        "BatchNorm3d Bilinear CTCLoss ChannelShuffle CircularPad1d CircularPad2d CircularPad3d ConstantPad1d "
        "ConstantPad2d ConstantPad3d Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d "
        "CosineEmbeddingLoss CrossMapLRN2d DataParallel Dropout1d Dropout2d Dropout3d Embedding EmbeddingBag "
        "FeatureAlphaDropout Fold FractionalMaxPool2d FractionalMaxPool3d GRU GRUCell GaussianNLLLoss GroupNorm "
        "Hardshrink HingeEmbeddingLoss InstanceNorm1d InstanceNorm2d InstanceNorm3d LPPool1d LPPool2d LPPool3d LSTM "
        "LSTMCell LayerNorm LazyBatchNorm1d LazyBatchNorm2d LazyBatchNorm3d LazyConv1d LazyConv2d LazyConv3d "
        "LazyConvTranspose1d LazyConvTranspose2d LazyConvTranspose3d LazyInstanceNorm1d LazyInstanceNorm2d "
        "LazyInstanceNorm3d LinearCrossEntropyLoss LocalResponseNorm MarginRankingLoss MaxPool1d MaxPool2d MaxPool3d "
        "MaxUnpool1d MaxUnpool2d MaxUnpool3d MultiLabelMarginLoss MultiLabelSoftMarginLoss MultiMarginLoss "
        "MultiheadAttention PixelShuffle PixelUnshuffle PoissonNLLLoss RMSNorm RNN RNNBase RNNCell RNNCellBase RReLU "
        "ReflectionPad1d ReflectionPad2d ReflectionPad3d ReplicationPad1d ReplicationPad2d ReplicationPad3d "
        "SoftMarginLoss Softmax2d Softshrink SyncBatchNorm Transformer TransformerDecoder TransformerDecoderLayer "
        "TransformerEncoder TransformerEncoderLayer TripletMarginLoss TripletMarginWithDistanceLoss Unfold "
        "UninitializedBuffer Upsample UpsamplingBilinear2d UpsamplingNearest2d ZeroPad1d ZeroPad2d ZeroPad3d"
    ),
    "torch.nn.functional": (
        "adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d adaptive_max_pool1d adaptive_max_pool2d "
        "adaptive_max_pool3d affine_grid alpha_dropout avg_pool1d avg_pool2d avg_pool3d batch_norm bilinear "
        "channel_shuffle conv1d conv2d conv3d conv_tbc conv_transpose1d conv_transpose2d conv_transpose3d "
        "cosine_embedding_loss ctc_loss dropout1d dropout2d dropout3d embedding embedding_bag feature_alpha_dropout "
        "fold fractional_max_pool2d fractional_max_pool3d gaussian_nll_loss grid_sample group_norm gumbel_softmax "
        "hardshrink hinge_embedding_loss instance_norm interpolate layer_norm linear_cross_entropy "
        "local_response_norm lp_pool1d lp_pool2d lp_pool3d margin_ranking_loss max_pool1d max_pool2d max_pool3d "
        "max_unpool1d max_unpool2d max_unpool3d multi_head_attention_forward multi_margin_loss "
        "multilabel_margin_loss multilabel_soft_margin_loss pdist pixel_shuffle pixel_unshuffle poisson_nll_loss "
        "rms_norm rrelu scaled_dot_product_attention soft_margin_loss softshrink triplet_margin_loss "
        "triplet_margin_with_distance_loss unfold upsample upsample_bilinear upsample_nearest"
    ),
    "torch.nn.init": "dirac_ sparse_",
    "torch.optim": "ASGD Adadelta Adafactor Adamax LBFGS Muon NAdam RAdam Rprop SparseAdam swa_utils",
    "torch.optim.lr_scheduler": (
        "ChainedScheduler ConstantLR CosineAnnealingWarmRestarts CyclicLR LinearLR MultiplicativeLR OneCycleLR "
        "PolynomialLR ReduceLROnPlateau SequentialLR"
    ),
    "torch.utils": "benchmark checkpoint cpp_extension dlpack mobile_optimizer model_zoo tensorboard",
    "torch.utils.data": "ChainDataset DistributedSampler StackDataset WeightedRandomSampler get_worker_info",
}
"""By namespace, the names."""


def missing(namespace: str, name: str) -> Exception:
    """What to raise where `name` is asked of `namespace` and is not there.

    NotImplementedError with a sentence where torch has it and the engine leaves it out, AttributeError in torch's
    words where torch has no such name either.
    """
    if name in _LEFT_OUT.get(namespace, "").split():
        return NotImplementedError(
            f"gradcli's engine leaves out {namespace}.{name}: it has small networks of linear layers, the usual "
            "activations and losses, and SGD, Adam, AdamW, RMSprop and Adagrad"
        )
    return AttributeError(f"module {namespace!r} has no attribute {name!r}")


def unsupported(what: str) -> NotImplementedError:
    """An option that torch has and the engine leaves out."""
    return NotImplementedError(f"gradcli's engine leaves out {what}")
