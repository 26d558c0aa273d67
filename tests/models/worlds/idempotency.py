"""Idempotency-Key: a POST is sent again by impatient clients while it runs, after it died, and after others deleted.

Promises:
    all tries of a key together make one plan
    each try that is answered with success gets the first answer, even if the plan was deleted since
    no try is told that another runs unless another runs, or died within half a minute
    no answer is 500, however large
    no marker is kept for ever
"""

from typing import NamedTuple

from tests.models.aws_model import Answer
from tests.models.scheduler import Actor, Broken
from tests.models.worlds import plans

FUNCTIONS = ("CreatePlan", "DeletePlan", "GetPlan")
MODULES = plans.MODULES
LOCK_SECONDS = 31.0


class Try(NamedTuple):
    """A call with a key: what it was answered, and when it began and ended."""

    request_id: str
    began: float
    ended: float
    actor: Actor
    answer: Answer | None


class World(plans.World):
    """A run's clients; what is true of plans is watched as in plans.py."""

    def start(self) -> None:
        """Start the clients."""
        self.tries: dict[str, list[Try]] = {}
        self.running: dict[str, int] = {}
        self.bodies: dict[str, object] = {}
        is_large = self.draw.random() < 0.05
        for number in range(self.draw.choice((1, 2))):
            key = f"key{number}"
            self.bodies[key] = plans.plan("p1", '"' * 120_000 if is_large else f"of {key}", self.draw.choice((0, 2, 6)))
            for client in range(self.draw.choice((1, 1, 2, 3))):
                after = self.draw.choice((0.1, 1.0, 40.0)) * self.draw.random()
                self.scheduler.spawn(f"client {number}.{client}", lambda key=key: self._post(key), after=after)  # type: ignore[misc]
        if self.draw.random() < 0.4:
            self.scheduler.spawn("deleter", self._delete_soon, after=self.draw.choice((1.0, 40.0)) * self.draw.random())

    def _post(self, key: str) -> None:
        for _ in range(self.draw.choice((1, 2, 4))):
            answer = self._try(key)
            if answer and answer["statusCode"] < 500 and answer["statusCode"] != 409 and self.draw.random() < 0.7:
                return
            self.scheduler.sleep(self.draw.choice((0.05, 1.0, 31.5)))

    def _try(self, key: str) -> Answer | None:
        began, request_id = self.scheduler.now, f"r{next(self.ids)}"
        self.running[key] = self.running.get(key, 0) + 1
        answer, actor = self.stack.call(
            "CreatePlan", method="POST", resource="/v1/plan", body=self.bodies[key], request_id=request_id,
            headers={"Idempotency-Key": key},
        )  # fmt: skip
        self.running[key] -= 1
        if answer is not None:
            self._check(key, request_id, began, answer)
        self.tries.setdefault(key, []).append(Try(request_id, began, self.scheduler.now, actor, answer))
        return answer

    def _check(self, key: str, request_id: str, began: float, answer: Answer) -> None:
        if answer["statusCode"] == 500:
            raise Broken(f"{request_id} was answered 500")
        if answer["statusCode"] == 409 and "Retry-After" in answer["headers"]:
            others = [each for each in self.tries.get(key, ()) if each.ended > began - LOCK_SECONDS]
            if not self.running[key] and all(each.ended <= began and _is_done(each) for each in others):
                raise Broken(f"{request_id} was answered that another runs, and none does: {answer['body']}")

    def _delete_soon(self) -> None:
        for _ in range(2):
            self._call("DeletePlan", "DELETE", "p1")
            if self.draw.random() < 0.5:
                self._call("CreatePlan", "POST", "p1", body=plans.plan("p1", "of another", 1))
            self.scheduler.sleep(5 * self.draw.random())

    def check(self) -> None:
        """Check the end of the run, for the main thread."""
        self.stack.settle()
        self.scheduler.spawn("inspector", self._inspect)
        self.scheduler.run()

    def _inspect(self) -> None:
        self.scheduler.sleep(LOCK_SECONDS)
        for key in self.bodies:
            last = self._try(key)
            ids = {each.request_id for each in self.tries[key]}
            made = [version for version in self.versions.get("p1", ()) if version.request_id in ids]
            if len(made) > 1:
                raise Broken(f"{key} made versions {[version.number for version in made]}")
            for answer in [each.answer for each in self.tries[key]]:
                self._check_same(key, made, answer)
            if made and (last is None or last["statusCode"] != 201):
                told = last and last["statusCode"]
                raise Broken(f"{key} made version {made[0].number}, and later was answered {told}")
        for _ in range(3):
            self.scheduler.sleep(86_400)
            self.stack.dynamodb.expire()
        if left := list(self.stack.dynamodb.tables["RequestsTable"].all()):
            raise Broken(f"markers are kept for ever: {left}")

    @staticmethod
    def _check_same(key: str, made: list[plans.Version], answer: Answer | None) -> None:
        if answer and answer["statusCode"] == 201:
            told = answer["headers"]["ETag"], answer["body"]
            if not made or told != (made[0].etag, made[0].text):
                raise Broken(f"{key} was answered {told[0]} and made {made and made[0].etag}")

    @staticmethod
    def _check_same(key: str, made: list[plans.Version], answer: Answer | None) -> None:
        if answer and answer["statusCode"] == 201:
            told = answer["headers"]["ETag"], answer["body"]
            if not made or told != (made[0].etag, made[0].text):
                raise Broken(f"{key} was answered {told[0]} and made {made and made[0].etag}")


def _is_done(earlier: Try) -> bool:
    """Whether a try ended by itself, without a fault that could have left its lock."""
    return not earlier.actor.troubled and earlier.answer is not None
