"""What demo labels claim a product is free of and how it was made. No real mark is named."""

# The API's "allergens" are claims of absence ("Sugar Free"): searching by one finds what is free of it.
FREE_OF: dict[str, str] = {
    "corn": "Corn Free",
    "dairy": "Dairy Free",
    "egg": "Egg Free",
    "fish": "Fish Free",
    "gluten": "Gluten Free",
    "peanut": "Peanut Free",
    "shellfish": "Shellfish Free",
    "soy": "Soy Free",
    "sugar": "Sugar Free",
    "tree-nut": "Tree Nut Free",
    "wheat": "Wheat Free",
}

CERTIFICATIONS: dict[str, str] = {
    "metals": "Tested for heavy metals",
    "non-gmo": "Made without genetically modified ingredients",
    "organic": "Certified organic ingredients",
    "sport": "Batch tested for athletes",
    "tested": "Third-party tested",
    "vegan": "Suitable for vegans",
}

# Forms that are sweetened: they do not claim to be sugar free.
SWEETENED_FORMS = frozenset({"chewable", "gummy", "lozenge"})
