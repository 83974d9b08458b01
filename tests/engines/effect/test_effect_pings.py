"""The chain of marks against a second-by-second simulation."""

from collections import Counter
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tomoni.engines.effect import MAX_PAUSE, Event, Presence, advance


def run(events):
    """All events through the engine: record → seconds."""
    presence, got = Presence(), Counter()
    for event in events:
        step = advance(presence, event)
        presence = step.presence
        if step.seconds:
            got[step.record] += step.seconds
    return got


def naive(events):
    """Walk every second: it counts for the record open at the latest mark, if the next mark is near enough.

    The marks themselves are derived in the plainest way, from the description in words.
    """
    marks = []  # (moment, record open from then on)
    live = False
    for e in events:
        last, open_record = marks[-1] if marks else (None, None)
        moment = e.at - (e.idle if e.kind == "beat" and open_record is not None else 0)
        if e.kind == "leave" and (live or open_record is None):
            continue
        if last is not None and (moment < last or (e.kind == "beat" and moment == last)):
            continue
        if e.kind == "leave":
            marks.append((moment, None))
            live = False
        elif e.kind == "stop":
            closes = e.record == open_record
            marks.append((moment, None if closes else open_record))
            live = live and not closes
        else:
            live = e.kind == "beat" or (live and e.record == open_record)
            marks.append((moment, e.record))
    seconds = Counter()
    for (start, record), (end, _next) in pairwise(marks):
        for _second in range(start, end):
            if record is not None and end - start <= MAX_PAUSE:
                seconds[record] += 1
    return seconds


event = st.builds(
    lambda kind, wait, record, idle: (kind, wait, record, idle),
    st.sampled_from(["start", "beat", "beat", "beat", "stop", "leave"]),
    st.sampled_from([0, 1, 15, 29, 30, 31, 120, 299, 300, 301, 900]),
    st.sampled_from(["a", "b", "c"]),
    st.sampled_from([0, 0, 0, 5, 29, 60, 400]),
)


def timed(raw):
    at, events = 0, []
    for kind, wait, record, idle in raw:
        at += wait
        events.append(Event(kind, at, None if kind == "leave" else record, idle))
    return events


@given(st.lists(event, max_size=40))
@settings(max_examples=400, deadline=None)
def test_engine_equals_the_simulation(raw):
    events = timed(raw)
    assert run(events) == naive(events)


@given(st.lists(event, max_size=40))
@settings(max_examples=200, deadline=None)
def test_never_more_than_the_time_that_passed(raw):
    """Two tabs, two records, whatever the browser says: one person cannot work longer than the clock."""
    events = timed(raw)
    assert sum(run(events).values()) <= (events[-1].at - events[0].at if events else 0)


def test_an_honest_half_hour():
    beats = [
        Event("start", 0, "a"),
        *[Event("beat", 30 * i, "a") for i in range(1, 61)],
        Event("stop", 1800, "a"),
    ]
    assert run(beats) == {"a": 1800}


def test_a_long_pause_is_dropped_whole():
    assert run([Event("start", 0, "a"), Event("beat", 301, "a"), Event("beat", 331, "a")]) == {"a": 30}
    assert run([Event("start", 0, "a"), Event("beat", 300, "a")]) == {"a": 300}


def test_idle_is_known_only_to_shorten():
    """A beat without new input moves nothing; a lying `idle` of minus an hour gives no extra second."""
    assert (
        run([Event("start", 0, "a"), Event("beat", 30, "a", idle=30), Event("beat", 60, "a", idle=60)]) == {}
    )
    assert run([Event("start", 0, "a"), Event("beat", 30, "a", idle=-3600)]) == {"a": 30}
    assert run([Event("start", 0, "a"), Event("beat", 30, "a", idle=float("nan"))]) == {"a": 30}


def test_a_first_beat_cannot_reach_back():
    assert run([Event("beat", 0, "a", idle=300), Event("beat", 10, "a")]) == {"a": 10}
    assert run(
        [
            Event("start", 0, "a"),
            Event("stop", 5, "a"),
            Event("beat", 200, "a", idle=190),
            Event("beat", 210, "a"),
        ]
    ) == {"a": 15}


def test_without_a_script_the_next_page_ends_it():
    assert run([Event("start", 0, "a"), Event("leave", 90)]) == {"a": 90}
    assert run([Event("start", 0, "a"), Event("start", 90, "b"), Event("leave", 100)]) == {"a": 90, "b": 10}


def test_hidden_time_does_not_count():
    events = [
        Event("start", 0, "a"),
        Event("stop", 60, "a"),
        Event("start", 200, "a"),
        Event("beat", 230, "a"),
    ]
    assert run(events) == {"a": 90}


def test_two_windows_share_the_clock():
    events = [Event("start", 0, "a"), Event("start", 1, "b")]
    events += [Event("beat", 15 * i, "ab"[i % 2]) for i in range(1, 41)]
    assert sum(run(events).values()) == 600
