"""The rules: from a profile or a score table to a ranking, its winners and its ties."""

from mechdesign.aggregation.rules.black_and_young import *
from mechdesign.aggregation.rules.elimination import *
from mechdesign.aggregation.rules.lotteries import *
from mechdesign.aggregation.rules.luce_model import *
from mechdesign.aggregation.rules.majority import *
from mechdesign.aggregation.rules.means import *
from mechdesign.aggregation.rules.median_rankings import *
from mechdesign.aggregation.rules.missing import *
from mechdesign.aggregation.rules.paired_models import *
from mechdesign.aggregation.rules.positional import *
from mechdesign.aggregation.rules.rated_ballots import *
from mechdesign.aggregation.rules.ratings import *
from mechdesign.aggregation.rules.robust_rules import *
from mechdesign.aggregation.rules.schulze_and_minimax import *
from mechdesign.aggregation.rules.tideman import *
from mechdesign.faces import face

face(__name__)
