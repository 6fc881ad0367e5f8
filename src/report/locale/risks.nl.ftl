
## 18 Risico's volgens personen
h-risks = Risico’s volgens personen
risks-none = Voor deze bijlage is geen bestand met risico’s gegeven. Risico’s, kans, impact en maatregelen zijn niet vastgesteld: zij volgen niet uit wat is vastgelegd.
i-risks = Wat hieronder staat, hebben de genoemde personen geschreven. Het programma heeft het overgenomen; het heeft geen kans, impact of risiconiveau berekend. Wat niemand heeft ingevuld, is niet vastgesteld. Bij het bewijs staat in welke rijen van deze bijlage het genoemde voorkomt; dat het risico daaruit volgt, is het oordeel van die persoon.
c-risks = Risico’s met bewijs, maatregelen en hertest, in de volgorde van het bestand
e-risks = In het bestand staan geen risico’s.
col-risk = Risico
col-risk-origin = Oorsprong
col-risk-likelihood = Kans
col-risk-impact = Impact
col-risk-level = Risiconiveau
col-risk-evidence = Bewijs in deze bijlage
col-risk-measure = Maatregel
col-risk-retest = Hertest
risks-no-evidence = geen bewijs genoemd
risks-no-measure = geen maatregel genoemd
risks-no-retest = geen hertest genoemd
risks-recordings = Vastleggingen:
risks-more-rows = en nog { $n ->
    [one] 1 rij
   *[other] { $n } rijen
  }
