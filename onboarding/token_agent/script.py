"""The scripted mode: what a tester makes the agent answer instead of the truth (`--answer signCms=11`).

An answer is one of these. Several for one function follow each other; the last stays.

    real                    the truth
    11, ERR_WEBEID_…        a failure: result code of the VNPT plug-in, Status of VGCA, code of Web eID
    text:…                  this result as it is
    silent                  none; the line stays open
    slow:8                  the truth, after 8 seconds
    cut-off                 half of one, then the line is dead
    hang-up                 none, and the line is dead
    wrong-certificate       the truth, but with another key's certificate
    wrong-text              the truth, but for another text or nonce
"""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from onboarding.token_agent import made_up, vgca, vnpt, web_eid
from onboarding.token_agent.desk import Desk
from onboarding.token_agent.failures import Interrupted, Literal, with_code
from onboarding.token_agent.signer import Signer

FUNCTIONS = {*vnpt.NAMES.values(), *(path.strip("/") for path in vgca.PATHS), *web_eid.COMMANDS}
ANSWER = re.compile(
    r"real|-?\d+|ERR_WEBEID_[A-Z_]+|text:.*|silent|slow:\d+(\.\d+)?|cut-off|hang-up|wrong-certificate|wrong-text"
)
HALF_AN_ANSWER = '{"code": 0, "Status": 0, "data": "MII'
NEXT_DIGIT = bytes.maketrans(b"0123456789", b"1234567890")


class WrongCertificate(Desk):
    """Where a proof carries the certificate of another key."""

    def signer(self) -> Signer:
        """The right key, with a wrong certificate."""
        right = super().signer()
        return replace(right, certificate=made_up.other_certificate(right))


class WrongText(Desk):
    """Where another text is signed than the page gave."""

    def agreed(self, content: bytes) -> bytes:
        """The text with every digit moved on by one: another nonce, other times."""
        return super().agreed(content).translate(NEXT_DIGIT)


@dataclass(frozen=True)
class Script:
    """The answers to come, by the name that a function has in its protocol."""

    answers: dict[str, list[str]]

    def __call__(self, desk: Desk, function: str) -> Desk:
        """The desk at which a function is worked on now. Raises Failure, Literal or Interrupted."""
        coming = self.answers.get(function, ["real"])
        answer, _, detail = (coming.pop(0) if len(coming) > 1 else coming[0]).partition(":")
        match answer:
            case "real":
                return desk
            case "slow":
                time.sleep(float(detail))
                return desk
            case "wrong-certificate":
                return WrongCertificate(**vars(desk))
            case "wrong-text":
                return WrongText(**vars(desk))
            case "text":
                raise Literal(detail)
            case "silent" | "cut-off" | "hang-up":
                raise Interrupted(HALF_AN_ANSWER if answer == "cut-off" else "", hang_up=answer != "silent")
        raise with_code(answer)


def read(told: Sequence[str]) -> Script:
    """The script of some `function=answer`. Raises ValueError with the first that is none."""
    answers: dict[str, list[str]] = {}
    for each in told:
        function, _, answer = each.partition("=")
        if function not in FUNCTIONS or not ANSWER.fullmatch(answer):
            raise ValueError(each)
        answers.setdefault(function, []).append(answer)
    return Script(answers)
