"""Probiotics, enzymes, fibre and herbs for digestion. Lines of a product as in the table of minerals."""

TABLE = """
Probiotic 50 | capsule | 30*=38.00 60=69.00 | mirrormere northlight brackenfold
lactobacillus-acidophilus 20 billion CFU; bifidobacterium-lactis 15 billion CFU; lactobacillus-plantarum
  10 billion CFU; bifidobacterium-longum 5 billion CFU
1, once per day, 60, with or without food
Four well-studied strains, fifty billion in a capsule.

Probiotic 10 Everyday | capsule | 30=19.90 60*=34.50 90=47.00 | bellwether osprey boreal
lactobacillus-acidophilus 5 billion CFU; bifidobacterium-lactis 5 billion CFU
1, once per day, ongoing, with food
A modest everyday probiotic that needs no fridge.

Probiotic 100 Intensive | packet | 15=49.00 30=89.00 | mirrormere verrin
lactobacillus-acidophilus 40 billion CFU; bifidobacterium-lactis 30 billion CFU; lactobacillus-rhamnosus
  30 billion CFU
1, once per day, 15, in cool water
A short, strong course in single packets. Keep cold.

Saccharomyces Boulardii {s} | capsule | 30=18.60 60*=32.80 | mirrormere quillbrook bellwether
saccharomyces-boulardii 5 billion CFU
1, twice per day, 14, may be taken beside antibiotics
A friendly yeast that antibiotics do not touch.

Women's Flora | capsule | 30=29.50 60=52.00 | fallowmere rowan
lactobacillus-rhamnosus 5 billion CFU; lactobacillus-reuteri 5 billion CFU
1, once per day, 30,
Two strains at home in the female flora.

Baby Probiotic Drops | drops | 8=24.90 | little-heron mirrormere
Six drops: bifidobacterium-infantis 1 billion CFU; lactobacillus-reuteri 100 million CFU
6, once per day, 30, in milk or on a spoon
Two strains in sunflower oil for infants.

Children's Probiotic Chewables | chewable | 30=19.40 60=33.60 | little-heron
bifidobacterium-lactis 3 billion CFU; lactobacillus-rhamnosus 2 billion CFU
1, once per day, 60, with food
Orange tablets with strains for children.

Spore Probiotic | capsule | 60=41.00 | verrin brackenfold
bacillus-coagulans 4 billion CFU
1, once per day, 60, with a meal
Hardy spores that pass the stomach unharmed.

Digestive Enzymes Plus | capsule | 60=22.40 90*=31.50 180=56.00 | brackenfold mirrormere hearthmoor lac-dore
amylase 20 mg; protease 60 mg; lipase 20 mg; lactase 20 mg; cellulase 10 mg
1, three times per day, 60, at the start of meals
Plant enzymes for mixed meals.

Pancreatin with Ox Bile | capsule | 90=34.80 | wrenfield elmsworth
pancreatin 500 mg; ox-bile 100 mg; lipase 20 mg
1, three times per day, 60, with meals
For meals rich in fat.

Betaine HCl & Pepsin | capsule | 120=21.60 240=37.50 | brackenfold quillbrook sunder
betaine-hydrochloride 650 mg; pepsin 20 mg
1, twice per day, as needed, in the middle of meals with protein
Supports the stomach's own acid.

Lactase Enzyme | chewable | 60=14.50 | osprey sorrel
lactase 45 mg
1-2, once per day, as needed, with the first bite of dairy
For those who like milk more than it likes them.

Gluten & Casein Digest | capsule | 60=29.90 | brackenfold mirrormere
dpp-iv 100 mg; protease 80 mg
1, three times per day, as needed, with meals
Enzymes for traces of gluten and casein. Not for coeliac disease.

Bromelain {s} | capsule | 60=18.20 120=31.00 | aspenhythe copperfinch
bromelain 500 mg
1, twice per day, 30, between meals
The enzyme of the pineapple stem.

Serrapeptase | capsule | 60=24.60 | cairnholt
serrapeptase 60 mg
1, twice per day, 30, on an empty stomach
A protein-splitting enzyme in a capsule that opens past the stomach.

Nattokinase {s} | capsule | 60=26.90 | verrin tidewarden
nattokinase 100 mg
1, twice per day, 60, between meals
An enzyme of fermented soybeans.

Psyllium Husk Powder | powder | 340=16.80 680=28.90 | ember-oat hearthmoor prairie
One scoop: psyllium-husk 5 g
1, once per day, as needed, with a large glass of water
Whole husk, finely ground.

Psyllium Capsules | capsule | 200=15.90 | sorrel
Three capsules: psyllium-husk 2 g
3, twice per day, as needed, with plenty of water
Husk for those who dislike the powder.

Gentle Fibre (PHGG) | powder | 180=24.50 360=43.00 | brackenfold mirrormere
One scoop: partially-hydrolysed-guar 6 g
1, once per day, 60, in any drink
Tasteless fibre that does not thicken.

Acacia Fibre | powder | 240=19.80 | ember-oat boreal
One scoop: acacia-fibre 7 g
1, once per day, ongoing, in any drink
Slow, quiet fibre from the acacia tree.

Ground Flaxseed | powder | 425=13.40 | ember-oat prairie
Two scoops: flaxseed 14 g
2, once per day, ongoing, over breakfast
Cold-milled golden flax.

DGL Licorice Chewables | chewable | 90=17.60 | thistlemere pinemarrow
dgl 400 mg
1-2, three times per day, as needed, twenty minutes before meals
Licorice without the part that raises blood pressure.

Slippery Elm & Marshmallow | powder | 113=21.90 | ninebark harrowgate
One scoop: slippery-elm 2 g; marshmallow-root 1 g
1, twice per day, 30, in warm water away from medicine
A soothing gruel for throat and stomach.

L-Glutamine Powder | powder | 227=23.90 454*=39.80 | copperfinch brackenfold cairnholt
One scoop: l-glutamine 5 g
1, once per day, 60, in cool water
Free-form glutamine, unflavoured.

Gut Repair Complex | powder | 210=46.50 | mirrormere wrenfield
One scoop: l-glutamine 3 g; aloe-vera 300 mg; dgl 400 mg; zinc 10 mg as carnosine; slippery-elm 200 mg
1, once per day, 60, in water before breakfast
Amino acid and herbs for the lining of the gut.

Peppermint Oil Softgels | softgel | 60=17.30 | ninebark thistlemere
peppermint-oil 181 mg; ginger 50 mg
1, twice per day, 30, before meals
Coated so that it opens past the stomach.

Ginger Root {s} | capsule | 60=12.70 120=21.80 | kindling harrowgate:500 sorrel
ginger 550 mg
1, twice per day, as needed, with food
Warm, simple ginger.

Triphala {s} | tablet | 90=17.90 | kindling pinemarrow:750
triphala 1000 mg
1, every night, 60, with warm water
Three fruits of Ayurveda.

Bitters Tonic | drops | 60=19.90 120=35.00 | ninebark rowan pinemarrow
30 drops: dandelion 300 mg; artichoke 300 mg; burdock 150 mg; ginger 100 mg
30, three times per day, as needed, ten minutes before meals
Bitter roots to wake the appetite.

Activated Charcoal | capsule | 90=13.90 | bellwether
activated-charcoal 560 mg
2, once per day, as needed, two hours away from medicine
Charcoal of coconut shell.

Senna Evening Tea Tablets | tablet | 60=9.60 | hearthmoor half-moon
senna 15 mg
1-2, every night, as needed, for no longer than a week
For the occasional slow day.
"""
