"""Where what the family knows of information comes from."""

from mechdesign.model import Reference

GNEITING = Reference(
    "gneiting2007",
    "Gneiting, T. and Raftery, A. E.",
    "Strictly Proper Scoring Rules, Prediction, and Estimation",
    2007,
    "Journal of the American Statistical Association 102(477)",
    doi="10.1198/016214506000001437",
)
KAMENICA = Reference(
    "kamenica2011",
    "Kamenica, E. and Gentzkow, M.",
    "Bayesian Persuasion",
    2011,
    "American Economic Review 101(6)",
    doi="10.1257/aer.101.6.2590",
)
MILLER = Reference(
    "miller2005",
    "Miller, N. and Resnick, P. and Zeckhauser, R.",
    "Eliciting Informative Feedback: The Peer-Prediction Method",
    2005,
    "Management Science 51(9)",
    doi="10.1287/mnsc.1050.0379",
)
DASGUPTA = Reference(
    "dasgupta2013",
    "Dasgupta, A. and Ghosh, A.",
    "Crowdsourced judgement elicitation with endogenous proficiency",
    2013,
    "WWW",
    doi="10.1145/2488388.2488417",
    arxiv="1303.0799",
)
SHNAYDER = Reference(
    "shnayder2016",
    "Shnayder, V. and Agarwal, A. and Frongillo, R. and Parkes, D. C.",
    "Informed Truthfulness in Multi-Task Peer Prediction",
    2016,
    "EC",
    doi="10.1145/2940716.2940790",
    arxiv="1603.03151",
)
KONG = Reference(
    "kong2020",
    "Kong, Y.",
    "Dominantly Truthful Multi-task Peer Prediction with a Constant Number of Tasks",
    2020,
    "SODA",
    arxiv="1911.00272",
)
WAGGONER = Reference(
    "waggoner2014",
    "Waggoner, B. and Chen, Y.",
    "Output Agreement Mechanisms and Common Knowledge",
    2014,
    "HCOMP",
)
