"""The cache that several machines share: Django's, which counts in one call what it would ask several times."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.core.cache.backends.redis import RedisCache

from integration_admin.counting import Step

#: Two arguments a counter: its seconds and its limit.
COUNT: Final = """
local told = {}
for place, name in ipairs(KEYS) do
  told[place] = redis.call('INCR', name)
  if told[place] == 1 then redis.call('EXPIRE', name, ARGV[2 * place - 1]) end
  if told[place] > tonumber(ARGV[2 * place]) then break end
end
return told
"""


class CountingRedisCache(RedisCache):
    """`LOCATION` is the address of the server."""

    def count_in_turn(self, steps: Sequence[Step]) -> list[int]:
        """The new values of these counters, each one more, up to the first that has passed its limit.

        Atomic over machines, all of them together.
        """
        names = [self.make_and_validate_key(step.name) for step in steps]
        given = [number for step in steps for number in (step.seconds, step.limit)]
        client: Any = self._cache.get_client(None, write=True)
        return [int(value) for value in client.register_script(COUNT)(keys=names, args=given)]
