"""
Executes the rendered settings after a base, as the LMS does with what a patch puts at the end of its own.

Reads {"base": {…}, "patch": text} and answers the settings that came of it.
"""

import json
import sys

asked = json.load(sys.stdin)
namespace = dict(asked["base"])
exec(compile(asked["patch"], "openedx-lms-common-settings", "exec"), namespace)
json.dump({name: value for name, value in namespace.items() if name.isupper()}, sys.stdout)
