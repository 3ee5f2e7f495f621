"""Minerals. Lines of a product: name, form, sizes, brands; contents; label dosage; one sentence."""

TABLE = """
Magnesium Glycinate {s} | capsule | 60=13.90 120=23.40 180*=31.90 | alder-ash quillbrook:100
  elmsworth:150 boreal
magnesium 120 mg as bisglycinate
2, once per day, 90, with water
Chelated magnesium, gentle on the stomach.

Magnesium Citrate Powder | powder | 240*=26.40 480=44.80 | fernway bellwether osprey
magnesium 300 mg as citrate
1, once per day, as needed, in a glass of water
Unflavoured magnesium that dissolves clear in warm water.

Magnesium L-Threonate | capsule | 90*=44.00 180=79.00 | northlight verrin
magnesium 48 mg as L-threonate
3, once per day, 60, in the evening
A form of magnesium studied for how well it reaches the brain.

Magnesium Malate {s} | tablet | 100=18.60 200=32.40 | copperfinch hearthmoor:150
magnesium 125 mg as malate
1, twice per day, 60, with food
Magnesium bound to malic acid, often chosen for the daytime.

Magnesium Taurate | capsule | 60=19.80 120=35.20 | cairnholt wrenfield
magnesium 100 mg as taurate; taurine 800 mg
1, twice per day, 90,
Magnesium and taurine in one molecule.

Magnesium Oil Gel | gel | 120=17.50 | tidewarden dunlin
One pump: magnesium 65 mg as chloride
2, every night, as needed, rub into legs and feet
A quick-drying gel of sea magnesium for the skin.

Zinc Picolinate {s} | capsule | 60*=12.80 120=21.50 | fernway alder-ash:15 elmsworth:22 lac-dore sorrel:50
zinc 30 mg as picolinate
1, once per day, 60, with food
Well-absorbed zinc in a small capsule.

Zinc Lozenges Lemon | lozenge | 30=8.90 60=15.20 | cloudberry hearthmoor
zinc 10 mg as gluconate; vitamin-c 60 mg
1, four times per day, 7, let it melt slowly
Pleasant lozenges for the first days of a cold.

Zinc Balance | capsule | 60=14.40 120=25.00 | quillbrook cairnholt
zinc 15 mg as monomethionine; copper 1 mg as bisglycinate
1, once per day, 90, with food
Zinc with the copper that keeps it in proportion.

Iron Bisglycinate {s} | capsule | 60*=13.50 120=22.90 | quillbrook elmsworth:36 aspenhythe:18 boreal
iron 25 mg as bisglycinate
1, every morning, 90, away from tea and coffee
Gentle iron that rarely upsets the stomach.

Liquid Iron Plus | liquid | 250=22.00 500=38.50 | hearthmoor rowan
Two teaspoons (10 mL): iron 10 mg as gluconate; vitamin-c 40 mg; vitamin-b12 12 mcg
2, once per day, 60, before food
A fruity iron tonic with vitamin C.

Calcium Citrate with D3 | tablet | 90=16.80 180=29.40 | bellwether osprey sorrel
Two tablets: calcium 500 mg as citrate; vitamin-d3 800 IU
2, twice per day, ongoing, with or without food
Calcium that does not need stomach acid to be absorbed.

Bone Matrix | capsule | 120=34.60 240=61.00 | wrenfield aspenhythe
Four capsules: calcium 600 mg as hydroxyapatite; magnesium 250 mg as citrate; vitamin-d3 1000 IU;
  vitamin-k2 90 mcg; boron 2 mg; strontium 5 mg
2, twice per day, ongoing, with food
Minerals and vitamins of bone in the proportions of bone.

Selenium {s} | capsule | 60=11.20 120=18.90 | fernway northlight:100 prairie
selenium 200 mcg as selenomethionine
1, once per day, 90,
Selenium in the form found in food.

Chromium Picolinate {s} | capsule | 90=12.40 | copperfinch osprey:500
chromium 200 mcg as picolinate
1, twice per day, 90, with meals
Chromium for those who watch their blood sugar.

Iodine Drops | drops | 30=15.60 | tidewarden wrenfield
One drop: iodine 150 mcg as potassium iodide
1, once per day, 60, in water
One drop holds a day's iodine.

Kelp Iodine {s} | tablet | 100=9.80 200=16.70 | dunlin saltmarsh:225
iodine 150 mcg from kelp
1, once per day, 90,
Iodine as the sea makes it.

Potassium Citrate {s} | capsule | 90=13.20 180=23.00 | sorrel hearthmoor
potassium 99 mg as citrate
1, twice per day, as needed, with food and water
A modest dose of potassium.

Electrolyte Packets Citrus | packet | 30*=27.50 60=49.00 | copperfinch cairnholt ember-oat
sodium 500 mg; potassium 350 mg; magnesium 60 mg as citrate; chloride 700 mg
1, once per day, as needed, in half a litre of water
Salts lost in heat and work, lightly flavoured.

Trace Mineral Complex | capsule | 90=17.90 | brackenfold elmsworth
zinc 15 mg; copper 1 mg; manganese 2 mg; selenium 100 mcg; chromium 200 mcg; molybdenum 75 mcg; boron 1
  mg; iodine 150 mcg
1, once per day, 90, with food
Eight trace minerals, iron left out.

Lithium Orotate {s} | capsule | 60=16.20 | verrin wrenfield:1
lithium 5 mg as orotate
1, once per day, 30,
A low dose of lithium from orotate.

Silica from Horsetail | capsule | 60=14.90 | pinemarrow rowan
silica 20 mg; horsetail 500 mg
1, twice per day, 90,
Plant silica for hair, skin and nails.
"""
