"""The table of all steps: the wizard as data. Importing it checks it."""

from onboarding.journey import confirm, first, resume, tokens
from onboarding.journey.steps import Table

TABLE = Table(
    [
        first.STEP,
        *(step for answer in first.ANSWERS for step in answer.steps),
        *resume.STEPS,
        *confirm.STEPS,
        *tokens.STEPS,
    ]
)
