"""oauth4webapi, which checks all that the standards ask for, signs somebody in and proves itself by a key."""

import json
import os
import subprocess
from pathlib import Path

from joserfc.jwk import ECKey

from tests.examples.citizen import Citizen
from tests.examples.page import ROOT
from tests.journey.people import MAN_OF_1965
from tests.machine import missing
from tests.machine.server import Server
from tests.machine.web_service import WebService

FOLDER = ROOT / "tests" / "machine" / "node"


def registered(server: Server, folder: Path, home: str) -> dict[str, str]:
    """What the program needs in its environment: addresses, its id and its key."""
    key = ECKey.generate_key("P-256", {"kid": "1", "alg": "ES256", "use": "sig"})
    keys = folder / "keys.json"
    keys.write_text(json.dumps({"keys": [key.as_dict(private=False)]}))
    callback, onward = f"{home}/callback", f"{home}/gone"
    addresses = ["--redirect-uri", callback, "--logout-uri", onward]
    printed = server.run("client", "add", "Strict", *addresses, "--jwks", str(keys))
    own = {"CLIENT_ID": printed.strip().removeprefix("client_id="), "KEY": json.dumps(key.as_dict(private=True))}
    return own | {"ISSUER": server.url, "CALLBACK": callback, "ONWARD": onward}


def test_oauth4webapi_signs_in_refreshes_and_signs_out(citizen: Citizen, server: Server, tmp_path: Path) -> None:
    (FOLDER / "node_modules" / "oauth4webapi").exists() or missing("npm's oauth4webapi")
    with WebService() as service:
        home = f"http://127.0.0.1:{service.port}"
        program = subprocess.Popen(
            ["node", FOLDER / "relying-party.mjs"],
            env=os.environ | registered(server, tmp_path, home),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert program.stdin is not None
        assert program.stdout is not None
        citizen.browser.visit(program.stdout.readline().strip())
        citizen.register()
        citizen.agree()
        learnt = json.loads(program.communicate(citizen.browser.url)[0])
        assert learnt["known"] == {"sub": learnt["sub"], "name": MAN_OF_1965["name"]}
        assert learnt["active"]
        assert (learnt["again"], learnt["after"]) == ("invalid_grant",) * 2, (
            "used twice: all that came from it ends"
        )
        citizen.browser.visit(learnt["leave"])
        citizen.agree_to_sign_out()
        assert citizen.browser.url == f"{home}/gone"
