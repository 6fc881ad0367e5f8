
## Huisstijl
house-organisation = Organisatie
house-author = Auteur
house-version = Versie
house-status = Status
house-classification = Rubricering
house-logo = Logo
