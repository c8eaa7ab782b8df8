"""The recorded graph after backward, as data."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradcli import engine
from gradcli.calculus.recorded import Graph, Recorder, Recording, Role, key_of
from gradcli.language import DiagnosticError
from gradcli.problem import Problem, solve
from gradcli.recording import record
from tests.recorded import chain, document, graph_of, large, vertex_of


def facts(graph: Graph, name: str) -> tuple[Any, ...]:
    """What the pictures of document 002 have of a tensor: data, grad, grad_fn, is_leaf, requires_grad."""
    each = vertex_of(graph, name)
    assert each.value is not None
    return (
        each.value.item(),
        None if each.grad is None else each.grad.item(),
        each.grad_fn,
        each.is_leaf,
        each.requires_grad,
    )


def test_the_picture_of_document_002_value_by_value() -> None:
    graph = document()
    assert facts(graph, "a") == (2, 12, None, True, True)
    assert facts(graph, "b") == (3, 8, None, True, True)
    assert facts(graph, "c") == (6, 4, "MulBackward0", False, True)
    assert facts(graph, "d") == (4, 6, None, True, True)
    assert facts(graph, "e") == (24, 1, "MulBackward0", False, True)
    assert graph.output.name == "e"
    names = [each.name for each in graph.vertices]
    assert [(names[edge.source], names[edge.target], edge.slot) for edge in graph.edges] == [
        *(("a", "c", 0), ("b", "c", 1), ("c", "e", 0), ("d", "e", 1)),
    ]
    saved = {each.name: names[each.of] for each in vertex_of(graph, "e").kept if each.of is not None}
    assert saved == {"self": "c", "other": "d"}


def test_the_picture_of_document_002_where_a_alone_requires_a_gradient() -> None:
    graph = graph_of("c = a*b", ("a",), a=2, b=3)
    assert facts(graph, "a") == (2, 3, None, True, True)
    assert facts(graph, "b") == (3, None, None, True, False)
    assert facts(graph, "c") == (6, 1, "MulBackward0", False, True)
    assert [each.name for each in vertex_of(graph, "c").kept] == ["other"]
    assert vertex_of(graph, "b").role is Role.CONSTANT


def test_one_expression_has_the_same_graph_as_the_program() -> None:
    graph = graph_of("e = a*b*d", a=2, b=3, d=4)
    assert facts(graph, "a*b") == facts(document(), "c")
    assert facts(graph, "e") == facts(document(), "e")


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ("y*y*x - 2*x", ["y*y", "y*y*x", "2*x", "y*y*x - 2*x"]),
        ("2 + 3 + y + x", ["2 + 3 + y", "2 + 3 + y + x"]),
        ("2 - sin(x)*y", ["sin(x)", "sin(x)*y", "2 - sin(x)*y"]),
        ("x/y/3", ["x/y", "x/y/3"]),
        ("2*3*x*y", ["2*3*x", "2*3*x*y"]),
    ],
)
def test_each_piece_of_an_expression_is_told_in_its_words(text: str, texts: list[str]) -> None:
    graph = graph_of(text, x=5, y=7)
    found = [each.text for each in graph.vertices if each.role is Role.OPERATION and each.text is not None]
    assert sorted(found) == sorted(texts)
    for each in graph.vertices:
        if each.text is not None:
            value = solve(Problem(each.text, {"x": np.array(5.0), "y": np.array(7.0)}), check=False, formulas=False)
            assert value.evaluation is not None
            assert value.evaluation.value == each.value


def test_what_has_no_words_of_its_own_has_its_operation() -> None:
    graph = graph_of("cbrt(x)", x=8)
    assert [(each.operation, each.text) for each in graph.vertices] == [
        *((None, None), ("sign", None), ("abs", None), ("pow", None), ("mul", "cbrt(x)")),
    ]


def test_names_and_texts_of_what_the_program_calls_twice() -> None:
    graph = graph_of("u = x; v = u^2; w = v; w*u", x=3)
    assert [(each.name, each.text) for each in graph.vertices] == [("x", None), ("v", "u**2"), (None, "w*u")]


def test_tensors_have_shapes_and_views_their_bases() -> None:
    graph = graph_of("y = 3x+2; z = 2y^2; z[0].mean()", x=[[1, 2, 3], [3, 2, 1]])
    assert vertex_of(graph, "x").shape == (2, 3)
    np.testing.assert_allclose(vertex_of(graph, "z").grad, [[1 / 3] * 3, [0] * 3])
    view = vertex_of(graph, "z[0]")
    assert view.shape == (3,)
    assert view.view_of == vertex_of(graph, "z").number
    assert vertex_of(graph, "z").view_of is None


def test_settings_and_numbers_are_kept() -> None:
    graph = graph_of("3*x^2", x=2)
    power = vertex_of(graph, "x**2")
    assert [(each.name, each.of, each.value) for each in power.kept] == [("self", 0, None), ("exponent", None, 2)]
    assert graph.output.numbers == {1: 3}


def test_outputs_of_one_operation_are_vertices_each() -> None:
    x = engine.tensor([2.0, 5.0], requires_grad=True)
    recorder = Recorder()
    with recorder.recording():
        first, second = x.unbind()
        result = first * second
    recording = Recording(result, recorder, {key_of(x): "x"})
    result.backward()
    graph = recording.graph("", {})
    assert [(each.grad_fn, each.output_nr, each.grad) for each in graph.vertices[1:]] == [
        *(("UnbindBackward0", 0, 5), ("UnbindBackward0", 1, 2), ("MulBackward0", 0, 1)),
    ]
    np.testing.assert_array_equal(graph.vertices[0].grad, [5, 2])


def test_a_derivative_inside_is_recorded_with_what_it_is_made_of() -> None:
    graph = graph_of("x * d/dx sin(x)", x=2)
    assert "CosBackward0" in {each.grad_fn for each in graph.vertices}
    np.testing.assert_allclose(vertex_of(graph, "x").grad, np.cos(2) - 2 * np.sin(2))


def test_gradients_are_those_of_the_calculation() -> None:
    graph = large()
    problem = Problem(graph.expression, {"x": np.array(2.0), "z": np.array(1.3), "w": np.array(0.4)})
    evaluation = solve(problem, check=False, formulas=False).evaluation
    assert evaluation is not None
    for (name,), gradient in evaluation.derivatives.items():
        np.testing.assert_allclose(vertex_of(graph, name).grad, gradient, rtol=1e-13)


def test_every_gradient_is_what_the_operations_below_make_of_it() -> None:
    """In a sum of products the gradient by each vertex is the sum over its uses."""
    graph = graph_of("u = a*b; u*a + u*b", a=2, b=5)
    assert vertex_of(graph, "u").grad == 7
    assert vertex_of(graph, "a").grad == 5 * 7 + 10


def test_a_vector_weights_a_tensor_output() -> None:
    graph = graph_of("x*[1, 2]", None, [1, 10], x=3)
    assert vertex_of(graph, "x").grad == 21
    np.testing.assert_array_equal(graph.output.grad, [1, 10])


def test_vertices_come_after_what_they_were_made_of() -> None:
    graph = large()
    assert all(edge.source < edge.target for edge in graph.edges)
    assert [each.number for each in graph.vertices] == list(range(len(graph.vertices)))


def test_a_deep_graph_needs_no_recursion() -> None:
    graph = chain(1_500)
    assert len(graph.vertices) == 2 + 1_500 + 1_499
    assert vertex_of(graph, "x").grad == 4_500


def test_a_part_of_a_graph_is_a_graph() -> None:
    graph = document()
    near = graph.within(1)
    assert [each.name for each in near.vertices] == ["c", "d", "e"]
    assert [(edge.source, edge.target) for edge in near.edges] == [(0, 2), (1, 2)]
    lost = {each.name: each.value for each in near.vertices[0].kept}
    assert lost == {"self": 2, "other": 3}
    assert graph.within(2) == graph
    assert [each.name for each in graph.within(0).vertices] == ["e"]


def test_a_part_keeps_the_bases_that_it_has() -> None:
    graph = graph_of("z = x^2; z[0] + x[1]", x=[1, 2])
    part = graph.within(1)
    assert [each.view_of for each in part.vertices] == [None, None, None]
    assert graph.within(9) is graph


@pytest.mark.parametrize(
    ("text", "values", "code", "message"),
    [
        ("x^2", {}, "E380", "a graph is recorded when numbers are calculated"),
        ("2 + 3", {}, "E381", "there is no variable"),
        ("x > 2", {"x": 3}, "E381", "does not depend on x"),
        ("x^2 + y^2 = 25", {"x": 3, "y": 4}, "E381", "an equation records no graph"),
        (
            "x*[1, 2]",
            {"x": 3},
            "E310",
            "the output has shape (2,), and a gradient needs a scalar",
        ),
        ("inv(A)[0, 0]", {"A": [[1, 1], [1, 1]]}, "E301", "singular"),
    ],
)
def test_what_has_no_graph(text: str, values: dict[str, Any], code: str, message: str) -> None:
    with pytest.raises(DiagnosticError) as error:
        graph_of(text, **values)
    assert error.value.diagnostic.code == code
    assert message in error.value.diagnostic.message


def test_the_hint_weights_a_tensor_of_its_shape() -> None:
    with pytest.raises(DiagnosticError) as error:
        graph_of("x*[1, 2]", x=3)
    assert error.value.diagnostic.help == "reduce it (sum(...), mean(...)), or weight it (--vjp '[1, 1]')"
    with pytest.raises(DiagnosticError) as error:
        graph_of("x*[1, 2]", None, [1, 2, 3], x=3)
    assert error.value.diagnostic.message == "the vector has shape (3,), and the output has shape (2,)"


def test_notes_are_the_readings() -> None:
    graph = record(Problem("x^2", {"x": np.array(3.0), "y": np.array(4.0)}))
    assert [note.message for note in graph.notes] == ["'y' is given a value, and the formula does not use it"]
