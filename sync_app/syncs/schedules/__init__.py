"""When something is due: computed from a rule and a time zone, never from when it last ran.

Pure: no clock, no database. Rules are times as a clock on the wall of the zone shows them. Where the clock is put
forward, a time that does not exist is the first moment after the gap; where it is put back, a time that comes twice is
meant once, the first time. What repeats within the hour counts as time passes and is not touched by either.
"""
