"""Many scenarios planned on one engine: variants of one (what if), the districts of a city, and trade-offs of goals."""

from rotation_planner.variants.city import City, plan_districts
from rotation_planner.variants.fronts import TradeOffs
from rotation_planner.variants.grid import Grid, Variant
from rotation_planner.variants.results import WhatIf
from rotation_planner.variants.trading import tradeoffs
from rotation_planner.variants.varying import whatif

__all__ = ["City", "Grid", "TradeOffs", "Variant", "WhatIf", "plan_districts", "tradeoffs", "whatif"]
