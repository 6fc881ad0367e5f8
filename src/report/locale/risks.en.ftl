
## 18 Risks according to persons
h-risks = Risks according to persons
risks-none = No file of risks was given for this annex. Risks, likelihood, impact and measures are not established: they do not follow from what was recorded.
i-risks = What stands below was written by the persons named. The program copied it; it computed no likelihood, impact or level. What nobody filled in is not established. The evidence says in which rows of this annex the thing named stands; that the risk follows from it is that person's judgement.
c-risks = Risks with evidence, measures and retest, in the order of the file
e-risks = The file holds no risks.
col-risk = Risk
col-risk-origin = Origin
col-risk-likelihood = Likelihood
col-risk-impact = Impact
col-risk-level = Level of risk
col-risk-evidence = Evidence in this annex
col-risk-measure = Measure
col-risk-retest = Retest
risks-no-evidence = no evidence named
risks-no-measure = no measure named
risks-no-retest = no retest named
risks-recordings = Recordings:
risks-more-rows = and { $n ->
    [one] 1 more row
   *[other] { $n } more rows
  }
