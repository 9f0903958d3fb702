"""Sales for money: bundles, units, two sides, unit demands, sizes, projects, budgets."""

from mechdesign.auctions.sales.budget_clinching import *
from mechdesign.auctions.sales.bundle_rules import *
from mechdesign.auctions.sales.bundle_setting import *
from mechdesign.auctions.sales.comparing import *
from mechdesign.auctions.sales.double_sales import *
from mechdesign.auctions.sales.knapsack_sales import *
from mechdesign.auctions.sales.pacing import *
from mechdesign.auctions.sales.procurement import *
from mechdesign.auctions.sales.project_choice import *
from mechdesign.auctions.sales.sale_setting import *
from mechdesign.auctions.sales.unit_demands import *
from mechdesign.auctions.sales.unit_sales import *
from mechdesign.faces import face

face(__name__)
