
## House style
house-organisation = Organisation
house-author = Author
house-version = Version
house-status = Status
house-classification = Classification
house-logo = Logo
