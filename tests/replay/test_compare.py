"""The comparison of a recorded text with the engine's."""

from __future__ import annotations

import pytest

from gradcli.replay.compare import Likeness, compare, split_warnings, stable_numbers_agree


@pytest.mark.parametrize(
    ("recorded", "found"),
    [
        ("tensor([0.1234, 2.0000])", "tensor([0.1235, 2.0000])"),
        ("tensor([-0.0000, 0.5000])", "tensor([0.0000, 0.5000])"),
        ("tensor([ 0.0000, 0.5000])", "tensor([-0.0000, 0.5000])"),
        ("[9.3701e-03]", "[9.3702e-03]"),
        ("loss 12.306927680969238", "loss 12.306926727294922"),
        ("0.1", "0.10000000000000002"),
    ],
)
def test_one_unit_of_the_last_digit_is_rounding(recorded: str, found: str) -> None:
    assert compare(recorded, found).likeness is Likeness.LAST_DIGIT


@pytest.mark.parametrize(
    ("recorded", "found"),
    [
        ("tensor([1., 2.])", "tensor([1., 3.])"),
        ("tensor(0.1234)", "tensor(0.1236)"),
        ("0.3", "0.4"),
        ("loss 0.52", "loss 0.53"),
        ("epoch 12", "epoch 13"),
        ("tensor(1.)", "tensor(1)"),
        ("1.0", "1."),
        ("12.306927680969238", "12.306917680969238"),
    ],
)
def test_anything_more_is_a_difference_in_numbers(recorded: str, found: str) -> None:
    assert compare(recorded, found).likeness is Likeness.FORM


@pytest.mark.parametrize(
    ("recorded", "found"),
    [
        ("tensor([1.])", "tensor([1.], requires_grad=True)"),
        ("tensor(1., grad_fn=<AddBackward0>)", "tensor(1., grad_fn=<MulBackward0>)"),
        ("tensor([[1.]])", "tensor([1.])"),
        ("torch.float32", "torch.float64"),
        ("True", "False"),
    ],
)
def test_words_names_and_brackets_make_the_form(recorded: str, found: str) -> None:
    assert compare(recorded, found).likeness is Likeness.OTHER


@pytest.mark.parametrize(
    ("recorded", "found", "note"),
    [
        ("tensor(1., grad_fn=<MeanBackward1>)", "tensor(1., grad_fn=<MeanBackward0>)", "older torch"),
        ("tensor(1., grad_fn=<ThAddBackward>)", "tensor(1., grad_fn=<AddBackward0>)", "older torch"),
        ("<NormBackward0 at 0x1f00ab12>", "<LinalgVectorNormBackward0 object at 0x7fefea2a>", "older torch"),
        ("tensor([ 1.,  2.])", "tensor([1., 2.])", "other spacing"),
        ("tensor([1.], device='cuda:0')", "tensor([1.])", "recorded on a GPU"),
        ("(0.5, 1.5)", "(np.float64(0.5), np.float64(1.5))", "older NumPy"),
        ("<class 'torch.nn.parameter.Parameter'>", "<class 'torch.Parameter'>", "older torch"),
        (
            "array([1., ..., 2.], dtype=float32)",
            "array([1., ..., 2.],\n      shape=(1200,), dtype=float32)",
            "older NumPy",
        ),
        ("<class 'torch.DoubleTensor'>", "<class 'torch.Tensor'>", "older torch"),
        ("torch.autograd.FloatTensor", "torch.Tensor", "older torch"),
        ("tensor([0.5], grad_fn=<AddBackward0>)", "tensor([0.5], grad_fn=<ViewBackward0>)", "older torch"),
        ("<matplotlib.axes._subplots.AxesSubplot at 0x7f01>", "<Axes: title={'center': 'x'}>", "older Matplotlib"),
    ],
)
def test_what_other_versions_print_is_allowed_for_with_a_note(recorded: str, found: str, note: str) -> None:
    comparison = compare(recorded, found)
    assert comparison.likeness is Likeness.SAME
    assert comparison.notes == (note,)


def test_an_older_text_of_an_error_is_the_same_error() -> None:
    freed = "RuntimeError: Trying to backward through the graph a second time, but the buffers have already been freed."
    now = "RuntimeError: Trying to backward through the graph a second time (or directly access saved tensors after …)."
    assert compare(freed, now).notes == ("older torch",)
    assert compare(freed, "RuntimeError: grad can be implicitly created").likeness is Likeness.OTHER


def test_several_allowances_are_all_named() -> None:
    comparison = compare(
        "tensor([ 1.], device='cuda:0', grad_fn=<AddBackward>)", "tensor([1.], grad_fn=<AddBackward0>)"
    )
    assert comparison.notes == ("recorded on a GPU", "older torch", "other spacing")


def test_colours_overwritten_lines_and_trailing_space_do_not_count() -> None:
    assert compare("\x1b[31mred\x1b[0m  \n\n", "red").likeness is Likeness.SAME
    assert compare("10%\r50%\r100%", "100%").likeness is Likeness.SAME


def test_how_far_apart_numbers_are_is_relative() -> None:
    assert compare("100.0 1.0", "101.0 1.0").apart == pytest.approx(1 / 101)


def test_numbers_that_two_seeds_share_must_be_the_recorded_ones() -> None:
    assert stable_numbers_agree("3.14159 0.1", "3.14159 0.7", "3.14159 0.8")
    assert not stable_numbers_agree("2.71828 0.1", "3.14159 0.7", "3.14159 0.8")
    assert stable_numbers_agree("5 0.1", "3 0.7", "3 0.8")


def test_warnings_are_told_from_what_else_is_on_stderr() -> None:
    stderr = "a.py:3: UserWarning: odd (Triggered internally at x.cpp:1.)\n  line()\nprogress\n"
    assert split_warnings(stderr) == (["UserWarning: odd"], "progress")


def test_tables_of_the_first_torch_releases_compare_by_their_numbers() -> None:
    table = "\n 0.5000  1.0000\n 2.0000  3.0000\n[torch.DoubleTensor of size 2x2]\n"
    assert compare(table, "tensor([[0.5000, 1.0000],\n        [2.0000, 3.0000]], dtype=torch.float64)").notes == (
        "older torch",
    )
    assert compare(table, "tensor([[0.5000, 1.0000],\n        [2.0000, 4.0000]])").likeness is Likeness.FORM
    assert compare("tensor([[1.]])", "tensor([1.])").likeness is Likeness.OTHER


def test_masks_of_bytes_are_those_of_truth_values() -> None:
    bytes_, truths = "tensor([1, 0], dtype=torch.uint8)", "tensor([ True, False])"
    assert compare(bytes_, truths).likeness is Likeness.SAME
    assert compare(bytes_, "tensor([ True,  True])").likeness is Likeness.FORM
    assert compare("tensor([1, 0])", truths).likeness is Likeness.OTHER


def test_later_settings_of_optimisers_are_no_difference() -> None:
    older = "SGD (\nParameter Group 0\n    lr: 0.1\n    nesterov: False\n)"
    now = "SGD (\nParameter Group 0\n    foreach: None\n    lr: 0.1\n    maximize: False\n    nesterov: False\n)"
    assert compare(older, now).notes == ("older torch",)


def test_an_error_whose_text_colab_has_not_kept_compares_by_its_name() -> None:
    assert compare("RuntimeError: ignored", "RuntimeError: shapes").notes == ("Colab keeps no text of errors",)
    assert compare("TypeError: ignored", "RuntimeError: shapes").likeness is Likeness.OTHER


def test_a_warning_may_have_several_lines() -> None:
    stderr = "before\na.py:3: UserWarning: odd\nThink again.\n  line()\nb.py:4: FutureWarning: soon\nafter"
    assert split_warnings(stderr) == (["UserWarning: odd\nThink again.", "FutureWarning: soon"], "before\nafter")


def test_what_a_float32_prints_beyond_six_digits_is_rounding() -> None:
    assert compare("0.31288138031959534", "0.31288135051727295").likeness is Likeness.LAST_DIGIT
    assert (
        compare("array([0.31288138], dtype=float32)", "array([0.31288135], dtype=float32)").likeness
        is Likeness.LAST_DIGIT
    )
    assert compare("0.31288138031959534", "0.31287240982055664").likeness is Likeness.FORM
    assert compare("0.31288138031959531", "0.31288138031948531").likeness is Likeness.FORM


@pytest.mark.parametrize(
    ("recorded", "found"),
    [
        ("Linear(in_features=2, out_features=4)", "Linear(in_features=2, out_features=4, bias=True)"),
        ("Net (\n  (a): Linear (1 -> 9)\n)", "Net(\n  (a): Linear(in_features=1, out_features=9, bias=True)\n)"),
        ("", "<All keys matched successfully>"),
        ("tensor([ 1.,  1.])", "tensor([1., 1.], grad_fn=<AddBackward0>)"),
    ],
)
def test_what_older_torch_did_not_print_is_no_difference(recorded: str, found: str) -> None:
    comparison = compare(recorded, found)
    assert comparison.likeness is Likeness.SAME
    assert "older torch" in comparison.notes


def test_a_history_that_is_not_printed_is_a_difference_where_torch_printed_it() -> None:
    assert compare("tensor([-1.,  1.])", "tensor([-1.,  1.], grad_fn=<AddBackward0>)").likeness is Likeness.OTHER
    assert compare("tensor([1., 1.])", "tensor([1., 1.], grad_fn=<AddBackward0>)").likeness is Likeness.OTHER


@pytest.mark.parametrize("recorded", ["2.0000e99999999", "1.0000e-99999999", "2e99999999"])
def test_numbers_beyond_all_floats_are_compared(recorded: str) -> None:
    assert compare(recorded, recorded).likeness is Likeness.SAME
    assert compare(recorded, "1.0000e99999999").likeness in (Likeness.FORM, Likeness.OTHER)


BLANKS = " " * 200_000


@pytest.mark.parametrize(
    ("recorded", "found"),
    [
        (f"a{BLANKS}1.00000", f"a{BLANKS}1.00001"),
        ("a" + "\n" * 200_000 + "Parameter Group 0", "b"),
        ("1 " * 100_000 + "\n[torch.FloatTensor of size 2]", "b"),
        (BLANKS + "\n[torch.FloatTensor of size 2]x", "b"),
    ],
)
def test_long_texts_are_compared_in_little_time(recorded: str, found: str) -> None:
    """Expressions that take quadratic time would take hours here."""
    assert compare(recorded, found).likeness >= Likeness.LAST_DIGIT


@pytest.mark.parametrize(
    ("recorded", "found"),
    [
        ("<built-in method sin of type object at 0x7f0df50cea40>", "<function sin at 0x55d0c8a1b2c0>"),
        ("<built-in function softplus>", "<function softplus at 0x55d0c8a1b2c0>"),
        (
            "<module 'torch.nn.functional' from '/usr/lib/python3/dist-packages/torch/nn/functional.py'>",
            "<module 'gradcli.engine.nn.functional' from '/home/ada/gradcli/engine/nn/functional.py'>",
        ),
        ("<module 'torch' from '/opt/torch/__init__.py'>", "<module 'gradcli.engine' from '/x/engine/__init__.py'>"),
    ],
)
def test_what_functions_and_modules_are_made_of_is_no_difference(recorded: str, found: str) -> None:
    assert compare(recorded, found).likeness is Likeness.SAME


def test_another_function_is_a_difference() -> None:
    assert (
        compare("<built-in method sin of type object at 0x7f0df5>", "<function cos at 0x55d0c8>").likeness
        > Likeness.FORM
    )
