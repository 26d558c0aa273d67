"""A deterministic scheduler in simulated time: one seed decides everything that happens in a run.

Actors run real, blocking code, each in a thread of its own, but only one of them at a time has the baton. Whenever an
actor calls a server or sleeps, it gives the baton up and the events due next happen: requests arrive, answers come
back, invocations start, actors go on. Time passes only from event to event. What may go wrong at each call of a server
(`Weather`) is drawn from the run's generator:

    the actor crashes, before or after it sent the request    its answer is lost, or late
    the request arrives late, perhaps after its caller gave up    the server is busy (servers refuse the call)

Each actor is a process of its own: it has its own clock (skewed), its own time limit and its own invocation.
"""

import heapq
import random
import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from typing import Any

from payerworks import times

START = 1_800_000_000.0
"""Time at which each run begins, seconds since 1970."""
MAX_SKEW = 0.4
"""Seconds by which an actor's clock is wrong at most."""

Effect = Callable[[], Any]
"""What a server does with a request: returns or raises the answer; or a generator of pauses before its next steps."""

Work = Callable[[], Any]
"""What an actor does."""
Answer = Callable[[Any, Exception | None], None]
"""Takes a server's answer, or its error, to whoever waits."""


class Crashed(BaseException):
    """An actor dies: none of its code runs after that, not even `except Exception`."""


class Broken(AssertionError):
    """A promise is broken."""


@dataclass(frozen=True)
class Weather:
    """The odds of each fault for each call or delivery, from 0 to 1; `pauses` are seconds."""

    crash: float = 0.0
    lost: float = 0.0
    late: float = 0.0
    busy: float = 0.0
    double: float = 0.0
    torn: float = 0.0
    skew: float = 0.0
    slow: float = 0.0
    late_index: float = 0.0
    pauses: float = 0.02


CALM = Weather()


def draw_weather(draw: random.Random) -> Weather:
    """The weather of a run: some kinds of fault are absent, so that others have time to do harm."""

    def odds(most: float) -> float:
        return draw.choice((0.0, most / 5, most))

    return Weather(
        crash=odds(0.3),
        lost=odds(0.06),
        late=odds(0.06),
        busy=odds(0.1),
        double=odds(0.3),
        torn=odds(0.5),
        skew=odds(1.0),
        slow=odds(0.1),
        late_index=odds(0.5),
        pauses=draw.choice((0.005, 0.05, 0.5)),
    )


class Actor:
    """A process: a thread that runs only while it has the baton."""

    def __init__(self, name: str, work: Callable[[], Any], skew: float, ends_at: float, calls_left: int) -> None:
        self.name, self.work, self.skew, self.ends_at = name, work, skew, ends_at
        self.calls_left = calls_left  # before it crashes; below 0: it does not
        self.invocation_end = float("inf")  # of payerworks.times
        self.troubled = False  # whether one of its calls met a fault
        self.ticket = 0  # of what it waits for; older answers are not for it any more
        self.is_dead = self.has_ended = False
        self.value: Any = None
        self.error: BaseException | None = None
        self.then: list[Callable[[], None]] = []
        self.baton = threading.Lock()
        self.baton.acquire()
        self.thread: threading.Thread | None = None


class Scheduler:
    """Runs actors and events; `draw` is the run's only source of chance, `now` the time in seconds since 1970."""

    def __init__(self, seed: int, weather: Weather, *, traces: bool = False) -> None:
        self.draw = random.Random(seed)
        self.weather, self.now = weather, START
        self.trace: list[str] | None = [] if traces else None
        self.is_over = False
        self.failure: BaseException | None = None
        self._events: list[tuple[float, int, Callable[[], Actor | None]]] = []
        self._count = 0
        self._main = Actor("the world", lambda: None, 0.0, float("inf"), -1)
        self._actors: list[Actor] = []
        self.current = self._main

    def note(self, words: str) -> None:
        """Add a step to the trace, in words."""
        if self.trace is not None:
            self.trace.append(f"{self.now - START:12.3f}  {self.current.name:28s} {words}")

    def chance(self, odds: float) -> bool:
        return odds > 0 and self.draw.random() < odds

    # ---- events and actors

    def at(self, moment: float, action: Callable[[], Any]) -> None:
        """Let something happen at a time (infinite: never); an action that returns an actor gives it the baton."""
        if moment == float("inf"):
            return
        self._count += 1
        heapq.heappush(self._events, (moment, self._count, action))

    def after(self, seconds: float, action: Callable[[], Any]) -> None:
        self.at(self.now + seconds, action)

    def spawn(
        self,
        name: str,
        work: Callable[[], Any],
        *,
        after: float = 0.0,
        limit: float = float("inf"),
        can_die: bool = False,
    ) -> Actor:
        """Start a process after some seconds; `limit` is its time limit; `can_die`: it may crash by chance."""
        skew = self.draw.uniform(-MAX_SKEW, MAX_SKEW) if self.chance(self.weather.skew) else 0.0
        dies = can_die and self.chance(self.weather.crash)
        ends_at = self.now + after + limit
        actor = Actor(name, work, skew, ends_at, self.draw.choice((1, 2, 3, 4, 6, 8, 12, 16, 24)) if dies else -1)
        self._actors.append(actor)
        self.after(after, lambda: self._start(actor))
        if limit < float("inf"):
            self.at(ends_at, lambda: self._kill(actor))
        return actor

    def _start(self, actor: Actor) -> Actor | None:
        if actor.is_dead:
            return None
        actor.thread = threading.Thread(target=self._run_actor, args=(actor,), daemon=True)
        actor.thread.start()
        return actor

    def _kill(self, actor: Actor) -> Actor | None:
        if actor.has_ended or actor.is_dead:
            return None
        self.note(f"{actor.name} is out of time and killed")
        actor.is_dead = actor.troubled = True
        actor.ticket += 1
        return actor if actor.thread else None

    def _run_actor(self, actor: Actor) -> None:
        actor.baton.acquire()
        self._take(actor)
        try:
            if not self.is_over:
                actor.value = actor.work()
        except Crashed:
            actor.is_dead = actor.troubled = True
        except BaseException as error:  # noqa: BLE001 — the run ends with it
            actor.error = error
            if not self.is_over:
                self.failure = self.failure or error
        actor.has_ended = True
        if self.is_over:
            self._main.baton.release()
            return
        for action in actor.then:
            self.after(0, action)
        self._pump().baton.release()

    def _take(self, actor: Actor) -> None:
        times._invocation_end = actor.invocation_end
        self.current = actor

    def _pump(self) -> Actor:
        """Let events happen until one gives an actor the baton; the main thread gets it in the end."""
        self.current.invocation_end = times._invocation_end
        try:
            while self._events and not self.failure:
                moment, _, action = heapq.heappop(self._events)
                self.now = max(self.now, moment)
                actor = action()
                if actor is not None:
                    return actor
        except BaseException as error:  # noqa: BLE001 — the run ends with it
            self.failure = self.failure or error
        return self._main

    def _wait(self) -> None:
        me = self.current
        following = self._pump()
        if following is not me:
            following.baton.release()
            me.baton.acquire()
        self._take(me)
        if me.is_dead or (self.is_over and me is not self._main):
            raise Crashed

    def run(self) -> None:
        """Run until nothing more happens. Raises what broke."""
        self._wait()
        if self.failure:
            raise self.failure

    def end(self) -> None:
        """End all actors that are still there."""
        self.is_over = True
        for actor in self._actors:
            if actor.thread and not actor.has_ended:
                actor.baton.release()
                self._main.baton.acquire()
                actor.thread.join()
        self._take(self._main)

    # ---- what actors do

    def sleep(self, seconds: float) -> None:
        """Sleep, as `time.sleep`."""
        self._check_alive()
        me = self.current
        me.ticket += 1
        ticket = me.ticket
        self.after(seconds, lambda: self._resume(me, ticket))
        self._wait()

    def wait_for(self, actor: Actor, seconds: float = float("inf")) -> bool:
        """Wait until an actor ends, or for some seconds; whether it has ended."""
        if not (actor.has_ended or actor.is_dead):
            me = self.current
            me.ticket += 1
            ticket = me.ticket
            actor.then.append(lambda: self._resume(me, ticket))
            if seconds < float("inf"):
                self.after(seconds, lambda: self._resume(me, ticket))
            self._wait()
        return actor.has_ended or actor.is_dead

    def call(
        self, words: str, effect: Effect, *, limit: float, no_answer: Callable[[], Exception], usual: float = 0.004
    ) -> Any:
        """An actor calls a server: its answer, or an exception after it gave up waiting (`limit` seconds at most).

        words      the call, for the trace
        effect     what the server does when the request arrives, whether or not anybody still waits
        no_answer  the client's exception if no answer comes
        usual      seconds that a request or an answer takes on a good day
        """
        self._check_alive()
        self._freeze()
        me, weather = self.current, self.weather
        me.ticket += 1
        ticket = me.ticket
        me.value = me.error = None
        arrives, returns = self._delay(usual), self._delay(usual)
        gives_up = limit
        fate = self.draw.random()
        if fate < weather.late:
            arrives += self.draw.choice((0.05, 0.5, 3.0, limit + 1)) * self.draw.random()
            gives_up = min(limit, self.draw.choice((arrives / 2, limit)))
        elif fate < weather.late + weather.lost:
            returns = float("inf")
            gives_up = min(limit, self.draw.choice((arrives * 2, limit)))
            if self.chance(0.3):
                arrives = float("inf")
        dies = self._dies_here()
        if dies and self.chance(0.5):
            self.note(f"crashes before {words}")
            raise Crashed

        def answer(value: Any, error: Exception | None) -> None:
            if me.ticket == ticket:
                self.after(returns, lambda: self._resume(me, ticket, value, error))

        self.after(arrives, lambda: self._serve(me, words, effect, answer))
        self.after(gives_up, lambda: self._give_up(me, ticket, words, no_answer()))
        if dies:
            self.note(f"sends {words} and crashes")
            raise Crashed
        self._wait()
        if me.error is not None:
            raise me.error
        return me.value

    def _give_up(self, actor: Actor, ticket: int, words: str, error: Exception) -> Actor | None:
        if actor.ticket != ticket:
            return None
        actor.troubled = True
        if self.trace is not None:
            self.trace.append(f"{self.now - START:12.3f}  {actor.name:28s} gets no answer to {words}")
        return self._resume(actor, ticket, None, error)

    def _freeze(self) -> None:
        if self.chance(self.weather.slow):
            self.current.troubled = True
            self.sleep(self.draw.choice((0.3, 3.0, 20.0)) * self.draw.random())

    def _delay(self, usual: float) -> float:
        if self.chance(0.1):
            return self.draw.random() * max(usual, self.weather.pauses)
        return usual * (0.2 + 2 * self.draw.random())

    def _dies_here(self) -> bool:
        me = self.current
        me.calls_left -= 1
        if me.calls_left != 0:
            return False
        me.is_dead = me.troubled = True
        return True

    def _check_alive(self) -> None:
        if self.current.is_dead or self.is_over:
            raise Crashed

    def _serve(self, caller: Actor, words: str, effect: Effect, answer: Answer) -> None:
        value = error = None
        try:
            value = effect()
        except ServerError as raised:
            error = raised.error
            caller.troubled = caller.troubled or raised.is_fault
        if isinstance(value, Generator):
            self._step(caller, words, value, answer)
            return
        self._note_effect(caller, words, value, error)
        answer(value, error)

    def _step(
        self,
        caller: str,
        words: str,
        steps: "Generator[float, None, Any]",
        answer: Callable[[Any, Exception | None], None],
    ) -> None:
        value = error = None
        try:
            pause = next(steps)
        except StopIteration as end:
            value = end.value
        except ServerError as raised:
            error = raised.error
            caller.troubled = caller.troubled or raised.is_fault
        else:
            self.after(pause, lambda: self._step(caller, words, steps, answer))
            return
        self._note_effect(caller, words, value, error)
        answer(value, error)

    def _note_effect(self, caller: Actor, words: str, value: Any, error: Exception | None) -> None:
        if self.trace is not None:
            outcome = f"→ {error}" if error else f"→ {_brief(value)}"
            self.trace.append(f"{self.now - START:12.3f}  {caller.name:28s} {words} {outcome}")

    def _resume(self, actor: Actor, ticket: int, value: Any = None, error: BaseException | None = None) -> Actor | None:
        if actor.ticket != ticket or actor.has_ended:
            return None
        actor.ticket += 1
        actor.value, actor.error = value, error
        return actor


class ServerError(Exception):
    """A server answers with an error: the exception that its client raises; `is_fault`: by chance, not by the call."""

    def __init__(self, error: Exception, *, is_fault: bool = False) -> None:
        super().__init__(error)
        self.error, self.is_fault = error, is_fault


def _brief(value: Any) -> str:
    text = str(value)
    return text if len(text) < 160 else f"{text[:160]}…"


def calm(weather: Weather, **members: float) -> Weather:
    """A weather with some members changed."""
    return replace(weather, **members)
