"""Fatty acids, amino acids, antioxidants, joints, proteins. Lines of a product as in the table of
minerals."""

TABLE = """
Fish Oil 1000 | softgel | 90=21.90 180*=38.50 | saltmarsh tidewarden dunlin alder-ash
Two softgels: fish-oil 2000 mg; epa 650 mg; dha 450 mg
2, once per day, ongoing, with a meal
Small wild fish, lightly distilled, with lemon.

Triple Strength Omega | softgel | 60*=34.50 120=62.00 | saltmarsh northlight elmsworth lac-dore
Two softgels: fish-oil 2400 mg; epa 1200 mg; dha 800 mg
2, once per day, 90, with a meal
Concentrated EPA and DHA as triglycerides.

Liquid Fish Oil Lemon | liquid | 200*=32.80 500=69.00 | saltmarsh tidewarden
One teaspoon (5 mL): fish-oil 4.6 g; epa 1500 mg; dha 1000 mg
1, once per day, ongoing, with food; keep cold
Bright lemon oil, fresh to the last spoon.

High EPA {s} | softgel | 60=41.50 | verrin saltmarsh
epa 1000 mg as ethyl ester; fish-oil 1200 mg
1, twice per day, 90, with food
For those who were told to take EPA.

DHA for Mothers | softgel | 60=33.40 | fallowmere
Two softgels: dha 500 mg; fish-oil 1000 mg
2, once per day, ongoing, with food
DHA before and after birth.

Children's Omega Strawberry | liquid | 120=23.80 | little-heron dunlin
Half a teaspoon (2.5 mL): fish-oil 2.3 g; epa 300 mg; dha 450 mg; vitamin-d3 400 IU
1, once per day, ongoing, with food
Tastes of strawberries, not of fish.

Cod Liver Oil | liquid | 240=25.90 | saltmarsh dunlin
One teaspoon (5 mL): cod-liver-oil 4.6 g; vitamin-a 850 IU; vitamin-d3 400 IU
1, once per day, ongoing, with food
Norwegian cod, winter catch.

Krill Oil {s} | softgel | 60=36.20 | tidewarden saltmarsh:1000
krill-oil 500 mg; astaxanthin 100 mcg
1, twice per day, 90, with food
Antarctic krill with its own astaxanthin.

Algal DHA {s} | softgel | 60=34.80 | cloudberry quillbrook
dha 400 mg from algae; algal-oil 1000 mg
1, once per day, ongoing, with food
Omega-3 without the fish.

Evening Primrose Oil {s} | softgel | 90=19.60 | fallowmere osprey:1300
evening-primrose-oil 1000 mg; gla 90 mg
2, once per day, 90, with food
Cold-pressed seed oil.

Borage Oil {s} | softgel | 60=17.90 | tamarack
borage-oil 1000 mg; gla 240 mg
1, once per day, 90, with food
The richest garden source of GLA.

Black Seed Oil | liquid | 120=22.60 240=39.00 | kindling tamarack
One teaspoon (5 mL): black-seed-oil 4.5 g
1, once per day, 60, with honey
Pungent oil of Nigella.

Flaxseed Oil | liquid | 250=15.70 500=26.80 | ember-oat prairie
One tablespoon (15 mL): flaxseed-oil 14 g
1, once per day, ongoing, cold, over food
Pressed below forty degrees.

MCT Oil | liquid | 473=24.90 | ember-oat copperfinch
One tablespoon (15 mL): mct-oil 14 g
1, once per day, ongoing, in coffee or dressing
From coconut only.

Sea Buckthorn Oil | softgel | 60=31.60 | cloudberry
sea-buckthorn-oil 500 mg
2, once per day, 90, with food
Berry and seed oil for dry eyes and skin.

L-Theanine {s} | capsule | 60=19.40 120=34.00 | quillbrook alder-ash:100 northlight aspenhythe
l-theanine 200 mg
1, twice per day, as needed, with or without food
The calm in green tea.

GABA {s} | capsule | 60=16.80 | quillbrook osprey:750
gaba 500 mg
1, every night, as needed,
Fermented GABA.

5-HTP {s} | capsule | 60=21.30 | quillbrook elmsworth:50
5-htp 100 mg from griffonia seed
1, every night, 30, with a small snack
From the seed of griffonia.

L-Tryptophan {s} | capsule | 60=24.10 | elmsworth
l-tryptophan 500 mg
2, every night, 30, away from protein
The amino acid that serotonin is made of.

L-Tyrosine {s} | capsule | 90=17.20 | quillbrook hearthmoor
l-tyrosine 500 mg
1, twice per day, 60, before food
For concentration in the forenoon.

L-Lysine {s} | capsule | 100=13.30 | sorrel hearthmoor:1000
l-lysine 500 mg
1, three times per day, 14, between meals
For lips in winter.

N-Acetylcysteine {s} | capsule | 60=17.90 120*=31.40 | fernway northlight:900 elmsworth lac-dore
n-acetylcysteine 600 mg
1, twice per day, 60,
The building stone of glutathione.

Liposomal Glutathione | liquid | 120=49.80 | verrin
One teaspoon (5 mL): glutathione 450 mg; sunflower-lecithin 1000 mg
1, every morning, 30, before breakfast
Reduced glutathione in lecithin.

Acetyl-L-Carnitine {s} | capsule | 60=24.70 | copperfinch wrenfield:750
acetyl-l-carnitine 500 mg
1, twice per day, 60, before food
Carnitine that reaches the brain.

L-Arginine {s} | capsule | 90=18.80 | cairnholt
l-arginine 750 mg
2, twice per day, 60, on an empty stomach
For blood flow.

L-Citrulline Powder | powder | 200=26.50 | cairnholt copperfinch
One scoop: l-citrulline 3 g
1, once per day, as needed, before training
Sour powder for hard days.

Taurine {s} | capsule | 100=14.60 | quillbrook
taurine 1000 mg
1, once per day, 60,
An amino acid of the heart.

Glycine Powder | powder | 250=17.80 | bellwether osprey
One scoop: glycine 3 g
1, every night, 60, in water before bed
Sweet on its own.

Creatine Monohydrate | powder | 300*=24.90 600=42.50 | cairnholt copperfinch ember-oat
One scoop: creatine 5 g
1, once per day, ongoing, in any drink
Micronized, nothing added.

Amino Recovery Packets | packet | 30=44.90 | cairnholt
branched-chain-amino-acids 5 g; l-glutamine 2 g; taurine 500 mg
1, once per day, as needed, after training
Amino acids with a hint of lime.

SAM-e {s} | tablet | 30=29.90 60=54.50 | elmsworth
sam-e 400 mg
1, every morning, 60, before breakfast
Enteric-coated, in a blister.

Melatonin {s} | lozenge | 60=11.90 | osprey sorrel:5 quillbrook
melatonin 3 mg
1, every night, as needed, half an hour before bed
Melts under the tongue.

Sustained Melatonin {s} | tablet | 60=15.30 | wrenfield
melatonin 2 mg slow release
1, every night, 30, an hour before bed
For those who wake at three.

CoQ10 {s} | softgel | 60*=33.50 120=59.90 | northlight fernway:200 bellwether boreal
coenzyme-q10 100 mg
1, once per day, 90, with food that has fat
Dissolved in rice-bran oil.

Ubiquinol {s} | softgel | 60=47.50 | verrin elmsworth:200
ubiquinol 100 mg
1, once per day, 90, with food that has fat
The reduced form of coenzyme Q10.

R-Lipoic Acid {s} | capsule | 60=32.20 | verrin
alpha-lipoic-acid 100 mg as the R form
1, twice per day, 60, before food
The natural half of lipoic acid.

Alpha-Lipoic Acid {s} | capsule | 60=22.80 120=39.70 | quillbrook cairnholt:600
alpha-lipoic-acid 300 mg
1, twice per day, 60, before food
An antioxidant at home in water and in fat.

Resveratrol {s} | capsule | 60=34.90 | cloudberry verrin:500
resveratrol 250 mg from knotweed
1, once per day, 60, with food
Trans-resveratrol, 98 per cent.

Quercetin {s} | capsule | 60=22.40 120*=39.20 | cloudberry northlight alder-ash:250
quercetin 500 mg
1, twice per day, 60, between meals
The flavonoid of onions and apples.

Quercetin & Nettles | capsule | 90=27.60 | ninebark
quercetin 250 mg; nettle 200 mg; bromelain 100 mg; vitamin-c 200 mg
2, twice per day, as needed, in the pollen season
For noses in May.

Astaxanthin {s} | softgel | 30=24.50 60=44.00 | tidewarden cloudberry:4
astaxanthin 12 mg from algae
1, once per day, 60, with food
The red of salmon, grown in algae.

Eye Complex | capsule | 60=35.60 | bellwether
lutein 20 mg; zeaxanthin 4 mg; zinc 15 mg; vitamin-c 250 mg; vitamin-e 200 IU; copper 1 mg
1, once per day, ongoing, with food
Carotenoids and minerals of the macula.

PQQ {s} | capsule | 30=33.00 | verrin
pqq 20 mg
1, every morning, 30,
A small molecule for mitochondria.

Nicotinamide Riboside {s} | capsule | 30=46.80 | verrin
nicotinamide-riboside 300 mg
1, every morning, 30,
A road to NAD.

Sulforaphane | capsule | 60=36.40 | elmsworth
sulforaphane 25 mg from broccoli sprout
1, once per day, 60, with food
Broccoli sprout with its own enzyme.

Chlorella Tablets | tablet | 240=26.70 | dunlin hearthmoor
chlorella 250 mg
4, twice per day, 60, with water
Cracked-cell chlorella.

Spirulina Powder | powder | 200=23.90 | dunlin ember-oat
One scoop: spirulina 5 g
1, once per day, ongoing, in a smoothie
Blue-green and mild.

Glucosamine Sulfate {s} | capsule | 90*=19.90 180=34.60 | saltmarsh bellwether:1000 hearthmoor sunder
glucosamine 750 mg from shellfish
1, twice per day, 90, with food
Glucosamine from the shells of shrimp and crab.

Glucosamine, Chondroitin & MSM | tablet | 120=32.90 | bellwether osprey
Three tablets: glucosamine 1500 mg; chondroitin 1200 mg; msm 500 mg
3, once per day, 90, with food
The classic three for joints.

Joint Nutrients Without Shellfish | capsule | 90=27.40 | quillbrook
msm 750 mg; hyaluronic-acid 50 mg; boswellia 100 mg
1, twice per day, 90, with food
Made without shells: MSM, hyaluronic acid and boswellia.

MSM Powder | powder | 250=18.50 500=31.20 | tamarack sorrel
One scoop: msm 3 g
1, once per day, 60, in juice
Bitter, clean sulphur.

Hyaluronic Acid {s} | capsule | 60=24.30 | fallowmere
hyaluronic-acid 120 mg
1, once per day, 90,
Fermented, low weight.

Undenatured Collagen {s} | capsule | 60=33.20 | elmsworth
undenatured-collagen 40 mg
1, every night, 90, on an empty stomach
Type II collagen, a little each night.

Collagen Peptides | powder | 300*=36.50 600=64.00 | ember-oat sorrel copperfinch
One scoop: collagen 15 g
1, once per day, ongoing, in any drink
Grass-fed, without taste.

Marine Collagen | powder | 200=39.80 | saltmarsh fallowmere
One scoop: marine-collagen 10 g; vitamin-c 80 mg
1, once per day, 90, in water or juice
Peptides of wild white fish.

Eggshell Membrane {s} | capsule | 30=28.60 | aspenhythe
eggshell-membrane 500 mg
1, once per day, 60,
The skin under the shell.

Whey Protein Vanilla | powder | 450*=38.90 900=69.00 | ember-oat cairnholt
One scoop: whey-protein 21 g
1, once per day, as needed, in milk or water
Cold-filtered whey of pastured cows.

Pea Protein Cocoa | powder | 480*=34.50 960=61.00 | ember-oat sorrel boreal
One scoop: pea-protein 20 g; rice-protein 3 g
1, once per day, as needed, in any drink
Yellow peas and a little rice.

Bone Broth Protein | powder | 400=44.80 | hearthmoor
One scoop: bone-broth-protein 20 g
1, once per day, as needed, in hot water
Slow-cooked, dried, unsalted.

Meal Packets Oat & Berry | packet | 14=49.00 | ember-oat
oat-protein 12 g; hemp-protein 8 g; acacia-fibre 5 g; vitamin-c 60 mg; calcium 250 mg; iron 4 mg
1, once per day, as needed, shaken with 300 mL of water
Breakfast when there is no time.

Colostrum | powder | 120=37.40 | mirrormere
One scoop: colostrum 3 g
1, once per day, 60, on an empty stomach
First milk, low heat.

DIM {s} | capsule | 60=26.40 | fallowmere quillbrook:200
diindolylmethane 100 mg
1, once per day, 90, with food
The compound of cabbages.

Calcium D-Glucarate {s} | capsule | 60=22.10 | quillbrook
calcium-d-glucarate 500 mg
1, twice per day, 60,
Supports the way out.

DHEA {s} | capsule | 60=15.20 | sunder prairie:10
dhea 25 mg
1, every morning, 90, only as advised
Micronized DHEA.

Phosphatidylserine {s} | softgel | 60=38.60 | northlight
phosphatidylserine 100 mg from sunflower
1, three times per day, 60, with meals
For memory and evening calm.

Phosphatidylcholine | liquid | 240=54.00 | verrin
One teaspoon (5 mL): phosphatidylcholine 1.3 g
1, once per day, 60, in a smoothie
Liquid phospholipids of sunflower.

Soy Lecithin Granules | powder | 400=14.30 | prairie half-moon
One scoop: soy-lecithin 7 g
1, once per day, ongoing, over breakfast
Old-fashioned granules.
"""
