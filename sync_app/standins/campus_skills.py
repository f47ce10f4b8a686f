"""Campus Skills as its page on synchronisation describes it: contracts, wholly transmitted, compared, and listed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sync_app.standins.asked import Answer, Asked, Refusal, whole_number
from sync_app.standins.campus_skills_data import Contract, mistakes_in, seeded
from sync_app.standins.faults import Fault
from sync_app.standins.standin import Clock, StandIn, utc_now

#: The page gives 401 to no error, and one body to all: `{error, reason}`.
REFUSED: Final = {"error": "invalid token", "reason": "Your token is invalid please contact the administrator"}
ROOT: Final = ("api", "sync")


class CampusSkills(StandIn):
    """One training centre. `transmitted`: all it was sent; `integrated`: those that belong to a session it knows."""

    name = "campus_skills"

    def __init__(self, *, clock: Clock = utc_now, centre: str = "CFA des Deux Rives", sandbox: bool = True) -> None:
        super().__init__(clock=clock)
        self.centre = centre
        self.sandbox = sandbox
        self.token = "campus-token-of-two-rivers"  # noqa: S105 - opens nothing but this stand-in
        self.transmitted: dict[str, Contract] = {contract["codeContrat"]: contract for contract in seeded()}

    def signs_in(self, request: Asked) -> bool:
        return request.path[-1:] == ("test",)

    def writes(self, request: Asked) -> bool:
        return request.method != "GET" and request.path[-1:] != ("contrats-diff",)

    def state(self) -> Mapping[str, Any]:
        return {"transmitted": list(self.transmitted.values()), "integrated": self.integrated()}

    def hints(self) -> Mapping[str, str]:
        return {"token": self.token, "centre": self.centre}

    def integrated(self) -> list[Contract]:
        """Those whose group has a name: the rest waits for somebody to set up its session."""
        return [contract for contract in self.transmitted.values() if contract.get("nomGroupe")]

    def answer(self, request: Asked) -> Answer:
        if request.token != self.token or self.faults.take(Fault.EXPIRED_TOKEN):
            raise Refusal(Answer(REFUSED, status=401))
        if request.path[:2] != ROOT:
            raise _refused(404, "NOT_FOUND", "There is nothing at this address.")
        match [request.method, *request.path[2:]]:
            case ["GET", "v1", "test"]:
                return Answer({"value": "token valid", "name": self.centre})
            case ["POST", "v1", "contrats"]:
                return self._replace(self._sent(request))
            case ["POST", "v2", "contrats"]:
                return self._replace_valid(self._sent(request))
            case ["POST", "v1", "contrats-diff"]:
                return Answer(self._difference(self._sent(request)))
            case ["GET", "v1", "contrats"]:
                return self._list(self.integrated(), request)
            case ["GET", "v1", "contrats-get-all"]:
                return self._list(list(self.transmitted.values()), request)
            case ["DELETE", "v1", "contrats"]:
                return self._empty()
        raise _refused(404, "NOT_FOUND", "There is nothing at this address.")

    def _sent(self, request: Asked) -> list[Contract]:
        body = request.json()
        listed = body.get("contrats") if isinstance(body, dict) else body
        if not isinstance(listed, list) or not all(isinstance(contract, dict) for contract in listed):
            raise _refused(400, "INVALID_BODY", "The body is an object with an array of contracts named contrats.")
        return listed

    def _replace(self, contracts: list[Contract]) -> Answer:
        """POST v1/contrats: all of them, or none. What is missing from the list is archived."""
        mistakes = mistakes_in(contracts)
        if mistakes:
            details = [mistake for listed in mistakes.values() for mistake in listed]
            body = {"error": "INVALID_CONTRATS", "reason": details[0]["message"], "details": details}
            raise Refusal(Answer(body, status=400))
        self.transmitted = {contract["codeContrat"]: contract for contract in contracts}
        return Answer({"total": len(contracts), "contrats": contracts})

    def _replace_valid(self, contracts: list[Contract]) -> Answer:
        """POST v2/contrats: the valid ones; the others are told and left out."""
        mistakes = mistakes_in(contracts)
        valid = [contract for place, contract in enumerate(contracts) if place not in mistakes]
        invalid = [contracts[place] for place in sorted(mistakes)]
        self.transmitted = {contract["codeContrat"]: contract for contract in valid}
        return Answer({"success": True, "validContrats": valid, "invalidContrats": invalid})

    def _difference(self, contracts: list[Contract]) -> dict[str, list[Contract]]:
        """POST v1/contrats-diff: what a transmission would change. Writes nothing."""
        sent = {str(contract.get("codeContrat")): contract for contract in contracts}
        held = self.transmitted
        return {
            "same": [contract for code, contract in sent.items() if held.get(code) == contract],
            "added": [contract for code, contract in sent.items() if code not in held],
            "updated": [contract for code, contract in sent.items() if code in held and held[code] != contract],
            "removed": [contract for code, contract in held.items() if code not in sent],
        }

    def _list(self, contracts: list[Contract], request: Asked) -> Answer:
        """`limit` and `page` (from 1), both optional; without `limit`, all of them."""
        rows = self.faults.listed(contracts)
        total = self.faults.total(len(rows))
        if "limit" in request.query:
            limit, page = whole_number(request.query["limit"]), whole_number(request.query.get("page", "1"))
            if not limit or not page:
                raise _refused(400, "INVALID_PAGE", "limit and page are whole numbers from 1.")
            start = 0 if self.faults.take(Fault.REPEATED_PAGE) else (page - 1) * limit
            rows = rows[start : start + limit]
        return Answer({"total": total, "contrats": list(rows)})

    def _empty(self) -> Answer:
        """DELETE v1/contrats: in a sandbox only."""
        if not self.sandbox:
            raise _refused(403, "FORBIDDEN", "Only a sandbox can be emptied.")
        self.transmitted = {}
        return Answer({"total": 0, "contrats": []})


def _refused(status: int, error: str, reason: str) -> Refusal:
    return Refusal(Answer({"error": error, "reason": reason}, status=status))
