"""Pictures as values: lengths, points, labels that don't tread on each other."""

from __future__ import annotations

import itertools

from reports.charts import LARGE, SMALL, Series, bar, line_chart


def lines(*series: tuple[int, ...], size=SMALL, days: int = 3):
    rows = [Series("open", "open", values) for values in series]
    return line_chart(rows, [f"day {n}" for n in range(days)], title="Open", words="…", size=size)


def test_a_bar_is_as_long_as_its_whole_and_leaves_out_what_is_not_there():
    stretches = bar([("done", 1), ("cont", 0), ("none", 3)])
    assert [(one.kind, one.x, one.width) for one in stretches] == [("done", "0", "50"), ("none", "50", "150")]
    assert bar([("done", 0)]) == ()


def test_a_line_runs_from_the_first_day_to_the_last_with_its_most_at_the_top():
    (line,) = lines((0, 4, 2)).lines
    assert line.points == "10,90 137,14 264,52"
    assert (line.x, line.y, line.label) == ("264", "52", "2 open")


def test_a_line_of_noughts_lies_on_the_axis():
    chart = lines((0, 0, 0))
    assert chart.lines[0].y == chart.axis == "90"


def test_one_day_alone_is_a_point():
    chart = lines((5,), days=1)
    assert (chart.lines[0].points, [tick.words for tick in chart.days]) == ("10,14", ["day 0"])


def test_labels_of_lines_that_end_together_stand_one_above_the_other():
    heights = sorted(float(line.label_y) for line in lines((0, 0, 1), (0, 0, 1), (0, 0, 0)).lines)
    assert all(after - before >= 15 for before, after in itertools.pairwise(heights))


def test_labels_at_the_axis_push_the_others_up():
    heights = sorted(float(line.label_y) for line in lines((0, 0), (0, 0), (9, 0), days=2).lines)
    assert heights == [64, 79, 94]


def test_a_line_may_end_before_the_picture_does():
    chart = lines((1, 2), days=5)
    assert chart.lines[0].x == "73.5"
    assert float(chart.lines[0].label_x) == 81.5


def test_a_grid_has_few_lines_at_round_numbers():
    def grid(most: int) -> list[str]:
        return [tick.words for tick in lines((0, most, 1), size=LARGE).grid]

    assert grid(3) == ["0", "1", "2", "3"]
    assert grid(79) == ["0", "20", "40", "60", "80"]
    assert grid(300_000) == ["0", "100000", "200000", "300000"]


def test_days_are_named_as_often_as_they_can_be_read_and_always_the_first_and_the_last():
    assert [tick.words for tick in lines((1,) * 12, days=12).days] == ["day 0", "day 11"]
    named = [tick.words for tick in lines((1,) * 48, size=LARGE, days=48).days]
    assert named == [f"day {n}" for n in (0, 6, 12, 18, 24, 30, 36, 47)]
