"""Start the review of a queue on the loopback address and open the browser on it."""

from __future__ import annotations

from pathlib import Path

from ..knowledge import load, load_draws
from ..population.folder import REVIEWS_FILE
from ..population.review import Queue
from .guard import Keys
from .review import Office, review_app
from .serve import answer, listen, secret


def serve(folder: Path, floor: float, port: int | None = None, browser: bool = True) -> None:
    """Run until interrupted. Prints the one address that opens it.

    Raises:
        BadFolder: no finished screening there.
        NoPort: the port cannot be had.
    """
    office = Office(Queue(folder), load(), load_draws(), floor)
    path = folder / REVIEWS_FILE
    with listen(port) as listening:
        number = listening.getsockname()[1]
        keys = Keys(secret(path))
        say = office.say.terminal
        answer(review_app(office, keys, number), keys, listening, (say, say.reviews(path=path)), browser)
