"""The layered layout: nothing overlaps, edges go down, and it is done soon."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from gradcli.render.graphs.layout import BETWEEN_BOXES, Arrangement, arranged
from tests.recorded import chain, large

Edges = list[tuple[int, int]]


def laid_out(count: int, edges: Edges) -> Arrangement:
    return arranged([(80.0, 40.0)] * count, edges)


def at_random(count: int, seed: int) -> Edges:
    generator = random.Random(seed)
    return [
        (generator.randrange(target), target) for target in range(1, count) for _ in range(generator.choice((1, 2)))
    ]


def assert_sound(arrangement: Arrangement, edges: Edges) -> None:
    for first, second in combinations(arrangement.places, 2):
        apart_x = abs(first.x - second.x) >= (first.width + second.width) / 2 + BETWEEN_BOXES - 1e-6
        apart_y = abs(first.y - second.y) >= (first.height + second.height) / 2
        assert apart_x or apart_y
    assert [(route.source, route.target) for route in arrangement.routes] == edges
    for route in arrangement.routes:
        heights = [y for _, y in route.points]
        assert heights == sorted(heights)
        target = arrangement.places[route.target]
        x, y = route.points[-1]
        assert y == pytest.approx(target.y - target.height / 2)
        assert abs(x - target.x) <= target.width / 2
        assert arrangement.places[route.source].y < target.y
    for place in arrangement.places:
        assert place.x - place.width / 2 >= -1e-6
        assert place.x + place.width / 2 <= arrangement.width + 1e-6
        assert place.y + place.height / 2 <= arrangement.height + 1e-6


@pytest.mark.parametrize("seed", range(12))
def test_any_graph_is_laid_out_soundly(seed: int) -> None:
    edges = at_random(5 + 4 * seed, seed)
    assert_sound(laid_out(5 + 4 * seed, edges), edges)


def test_an_edge_passes_between_the_boxes_of_a_layer() -> None:
    edges = [(0, 1), (1, 2), (2, 3), (0, 3)]
    arrangement = laid_out(4, edges)
    assert_sound(arrangement, edges)
    for x, y in arrangement.routes[3].points[1:-1]:
        for place in arrangement.places[1:3]:
            assert abs(x - place.x) > place.width / 2 or abs(y - place.y) > place.height / 2 + 1e-6


def test_a_long_edge_is_straight_where_there_is_room() -> None:
    edges = [(place, place + 1) for place in range(8)] + [(0, 8)]
    inner = laid_out(9, edges).routes[-1].points[1:-1]
    assert len({round(x, 6) for x, _ in inner}) == 1


def test_a_chain_stands_in_one_column() -> None:
    arrangement = laid_out(5, [(place, place + 1) for place in range(4)])
    assert len({round(place.x, 6) for place in arrangement.places}) == 1


def test_operands_stand_in_their_order() -> None:
    places = laid_out(4, [(0, 3), (1, 3), (2, 3)]).places
    assert places[0].x < places[1].x < places[2].x


def test_a_variable_stands_just_above_its_first_use() -> None:
    edges = [(0, 1), (1, 2), (2, 4), (3, 4)]
    places = laid_out(5, edges).places
    assert places[3].y == places[2].y


def test_what_can_be_drawn_without_crossings_is() -> None:
    edges = [(0, 4), (1, 4), (2, 5), (3, 5), (4, 6), (5, 6)]
    places = laid_out(7, edges).places
    assert places[0].x < places[1].x < places[2].x < places[3].x
    assert places[4].x < places[5].x


def test_edges_that_share_a_way_take_few_points() -> None:
    graph = chain(150)
    edges = [(edge.source, edge.target) for edge in graph.edges]
    arrangement = laid_out(len(graph.vertices), edges)
    assert sum(len(route.points) for route in arrangement.routes) < 10 * len(graph.vertices)


def test_a_graph_of_thirty_nodes() -> None:
    graph = large()
    edges = [(edge.source, edge.target) for edge in graph.edges]
    assert_sound(laid_out(len(graph.vertices), edges), edges)


def test_one_box_and_none() -> None:
    assert laid_out(1, []).width == 80
    assert arranged([], []).height == 0
