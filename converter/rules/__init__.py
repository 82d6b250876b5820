"""The rules, in the order in which they run. When a rule runs is a decision that a reviewer must see: it is made here and nowhere else."""

from __future__ import annotations

from converter.rules.commands import Commands
from converter.rules.config_files import ConfigFiles
from converter.rules.environment import Environment
from converter.rules.exposure import Exposure
from converter.rules.images import Images
from converter.rules.lifecycle import Lifecycle
from converter.rules.metadata import Metadata
from converter.rules.network_policies import NetworkPolicies
from converter.rules.patches import Patches
from converter.rules.probes import Probes
from converter.rules.resources import Resources
from converter.rules.rule import Rule
from converter.rules.secrets import Secrets
from converter.rules.security_context import SecurityContext
from converter.rules.services import Services
from converter.rules.startup_order import StartupOrder
from converter.rules.storage import Storage

RULES: tuple[type[Rule], ...] = (
    Images,
    Commands,
    Environment,
    Secrets,
    ConfigFiles,
    Storage,
    Probes,
    SecurityContext,
    Resources,
    Lifecycle,
    Services,
    Exposure,
    NetworkPolicies,
    StartupOrder,
    Metadata,
    Patches,
)
