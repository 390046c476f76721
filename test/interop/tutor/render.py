"""
Loads the Tutor plugin as Tutor does and renders what it adds, with a stand-in for `tutor.hooks` that was written from Tutor's
documentation: Tutor itself is no Debian package. The Jinja is the real one, and an unknown name is an error as in Tutor.

Reads {"plugin": file, "config": {…}} and answers {"patches": {name: text}, "init": [[service, script]], "commands": {…}}.
"""

import json
import runpy
import sys
import types

import jinja2

# What Tutor has by itself, as far as plugins use it.
TUTOR_DEFAULTS = {"LMS_HOST": "local.openedx.io", "ENABLE_HTTPS": False}


class Filter:
    def __init__(self):
        self.items = []

    def add_item(self, item, priority=None):
        self.items.append(item)

    def add_items(self, items, priority=None):
        self.items.extend(items)


names = ["CONFIG_DEFAULTS", "CONFIG_UNIQUE", "CONFIG_OVERRIDES", "ENV_PATCHES", "CLI_DO_INIT_TASKS", "CLI_DO_COMMANDS"]
filters = types.SimpleNamespace(**{name: Filter() for name in names})
hooks = types.ModuleType("tutor.hooks")
hooks.Filters = filters
tutor = types.ModuleType("tutor")
tutor.hooks = hooks
sys.modules.update({"tutor": tutor, "tutor.hooks": hooks})

environment = jinja2.Environment(undefined=jinja2.StrictUndefined)
environment.filters["random_string"] = lambda length: "x" * length


def rendered(value, config):
    """As Tutor: in texts, and in texts within lists and objects."""
    if isinstance(value, str):
        return environment.from_string(value).render(**config)
    if isinstance(value, list):
        return [rendered(item, config) for item in value]
    if isinstance(value, dict):
        return {name: rendered(item, config) for name, item in value.items()}
    return value


asked = json.load(sys.stdin)
runpy.run_path(asked["plugin"])
raw = {**TUTOR_DEFAULTS, **dict(filters.CONFIG_DEFAULTS.items), **dict(filters.CONFIG_UNIQUE.items), **asked["config"]}
# Each from the unrendered ones, so that a default which leans on a default that leans on another is found out.
config = {name: rendered(value, raw) for name, value in raw.items()}
patches = {}
for name, text in filters.ENV_PATCHES.items:
    patches[name] = patches.get(name, "") + rendered(text, config)
json.dump(
    {
        "patches": patches,
        "init": [[service, rendered(script, config)] for service, script in filters.CLI_DO_INIT_TASKS.items],
        "commands": {
            command.name: [[service, rendered(script, config)] for service, script in command.callback()]
            for command in filters.CLI_DO_COMMANDS.items
        },
    },
    sys.stdout,
)
