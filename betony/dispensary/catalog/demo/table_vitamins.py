"""Vitamins and multivitamins. Lines of a product as in the table of minerals."""

TABLE = """
Vitamin D3 + K2 Drops | drops | 30*=22.50 60=39.00 | northlight aspenhythe lac-dore
One drop: vitamin-d3 1000 IU; vitamin-k2 15 mcg as MK-7
1, every morning, ongoing, with food
Vitamins D3 and K2 in medium-chain oil, one drop at a time.

Vitamin D3 {s} | softgel | 120*=12.60 240=21.40 | fernway alder-ash:2000 sorrel:5000 osprey:10000 hearthmoor
vitamin-d3 1000 IU
1, once per day, ongoing, with a meal that has fat
The sunshine vitamin in olive oil.

Vitamin D3 Drops for Babies | drops | 15=13.90 | little-heron boreal
One drop: vitamin-d3 400 IU
1, once per day, ongoing, on the nipple or a spoon
One tasteless drop a day for infants.

Vegan Vitamin D3 {s} | capsule | 60=17.80 | cloudberry quillbrook:1000
vitamin-d3 2000 IU from lichen
1, once per day, 90, with food
Vitamin D3 made from lichen.

Vitamin K2 MK-7 {s} | capsule | 60*=24.80 120=43.00 | wrenfield northlight:180 osprey
vitamin-k2 100 mcg as MK-7
1, once per day, ongoing, with food
Long-lasting vitamin K2 from fermented chickpea.

Full Spectrum Vitamin K | softgel | 90=27.20 | elmsworth cairnholt
vitamin-k1 1000 mcg; vitamin-k2 1100 mcg as MK-4 and MK-7
1, once per day, 90, with food
Both families of vitamin K in one softgel.

Vitamin E {s} Mixed Tocopherols | softgel | 60*=18.40 120=32.00 | quillbrook fallowmere:200 bellwether
vitamin-e 400 IU as mixed tocopherols
1, once per day, 90, with food
All four tocopherols from sunflower.

Tocotrienols {s} | softgel | 60=36.50 | verrin
tocotrienols 125 mg
1, once per day, 90, with the evening meal
Annatto tocotrienols without tocopherols.

Vitamin C {s} | capsule | 90*=12.20 180=21.00 | sorrel alder-ash:1000 fernway bellwether:750
vitamin-c 500 mg as ascorbic acid
1, twice per day, ongoing,
Plain vitamin C, nothing else.

Buffered Vitamin C Powder | powder | 227=24.60 454=42.00 | brackenfold quillbrook
One scoop: vitamin-c 2 g as mineral ascorbates; calcium 180 mg; magnesium 60 mg; potassium 90 mg
1/2, twice per day, as needed, in water
Vitamin C that is kind to the stomach.

Liposomal Vitamin C | liquid | 150=32.90 | verrin cloudberry
One teaspoon (5 mL): vitamin-c 1000 mg; sunflower-lecithin 1200 mg
1, once per day, 30, straight or in a smoothie
Vitamin C in small spheres of sunflower lecithin.

Vitamin C with Bioflavonoids | tablet | 100=16.40 250=34.90 | hearthmoor prairie
vitamin-c 500 mg; citrus-bioflavonoids 200 mg; rutin 50 mg
1, twice per day, 90, with food
Vitamin C in the company it keeps in fruit.

Methyl B-Complex | capsule | 60*=24.90 120=44.00 | alder-ash northlight elmsworth
thiamin 25 mg; riboflavin 25 mg; niacin 50 mg; vitamin-b6 20 mg as P-5-P; folate 400 mcg as 5-MTHF;
  vitamin-b12 500 mcg as methylcobalamin; biotin 300 mcg; pantothenic-acid 100 mg; choline 50 mg
1, every morning, 90, with food
The whole B family in the forms the body uses.

B-Complex 50 | tablet | 60=14.20 120=24.60 | sorrel hearthmoor sunder
thiamin 50 mg; riboflavin 50 mg; niacinamide 50 mg; vitamin-b6 50 mg; folate 400 mcg; vitamin-b12 50
  mcg; biotin 50 mcg; pantothenic-acid 50 mg; inositol 50 mg
1, once per day, 60, with breakfast
A plain, balanced B-complex.

Methylcobalamin {s} | lozenge | 60=16.90 120=29.50 | fernway northlight:5000 quillbrook
vitamin-b12 1000 mcg as methylcobalamin
1, once per day, 90, under the tongue
Cherry lozenges that melt under the tongue.

Methylfolate {s} | capsule | 60=17.50 | alder-ash wrenfield:1000 aspenhythe:800
folate 400 mcg as 5-MTHF
1, once per day, 90,
Active folate for those who do not convert folic acid well.

B6 as P-5-P {s} | capsule | 60=15.30 120=26.70 | elmsworth copperfinch:25
vitamin-b6 50 mg as pyridoxal-5-phosphate
1, once per day, 60, with food
The active form of vitamin B6.

Benfotiamine {s} | capsule | 90=23.80 | wrenfield verrin:250
thiamin 150 mg as benfotiamine
1, twice per day, 90, with meals
Thiamin that dissolves in fat.

Niacinamide {s} | capsule | 90=13.10 180=22.60 | bellwether osprey:1000
niacinamide 500 mg
1, twice per day, 90, with food
Vitamin B3 without the flush.

Biotin {s} | capsule | 60=12.90 | fallowmere sorrel:10000
biotin 5000 mcg
1, once per day, 90,
Biotin for hair and nails.

Pantothenic Acid {s} | capsule | 60=12.00 120=20.80 | hearthmoor quillbrook
pantothenic-acid 500 mg
1, once per day, 60, with food
Vitamin B5 on its own.

Vitamin A {s} | softgel | 90=12.30 | saltmarsh bellwether:25000
vitamin-a 10000 IU as palmitate
1, once per day, 60, with food
Preformed vitamin A for short courses under advice.

Inositol Powder | powder | 240=29.80 454=48.50 | fallowmere rowan
One scoop: inositol 4 g as myo-inositol
1, once per day, 90, in water
Slightly sweet powder that mixes in an instant.

Daily Two Multivitamin | capsule | 60*=32.80 120=58.00 | northlight wrenfield boreal
Two capsules: vitamin-a 1500 IU; vitamin-c 200 mg; vitamin-d3 1000 IU; vitamin-e 60 IU; vitamin-k2 45
  mcg; thiamin 20 mg; riboflavin 20 mg; vitamin-b6 15 mg; folate 600 mcg; vitamin-b12 400 mcg; zinc 15
  mg; selenium 100 mcg; iodine 150 mcg
2, once per day, ongoing, with food
A complete multivitamin without iron.

Women's Daily Multi | tablet | 60=29.40 120=51.90 | fallowmere sorrel lac-dore
Two tablets: vitamin-c 120 mg; vitamin-d3 800 IU; folate 500 mcg; vitamin-b12 100 mcg; iron 18 mg as
  bisglycinate; calcium 200 mg; magnesium 100 mg; zinc 11 mg; iodine 150 mcg
2, once per day, ongoing, with food
A multivitamin with iron for the years before menopause.

Prenatal Complete | capsule | 90*=39.50 180=71.00 | fallowmere elmsworth aspenhythe
Three capsules: folate 800 mcg as 5-MTHF; vitamin-b12 200 mcg; choline 150 mg; iron 27 mg as
  bisglycinate; iodine 220 mcg; vitamin-d3 2000 IU; calcium 150 mg; zinc 15 mg
3, once per day, ongoing, with food
For before, during and after pregnancy.

Men's Daily Multi | tablet | 60=28.60 | sorrel cairnholt
Two tablets: vitamin-c 150 mg; vitamin-d3 1000 IU; vitamin-e 60 IU; folate 400 mcg; vitamin-b12 100 mcg;
  magnesium 120 mg; zinc 15 mg; selenium 100 mcg; lycopene 5 mg
2, once per day, ongoing, with food
A multivitamin for men, iron left out.

Children's Multi Chewables Berry | chewable | 60*=18.90 120=32.00 | little-heron osprey
vitamin-a 800 IU; vitamin-c 60 mg; vitamin-d3 600 IU; vitamin-b6 1 mg; folate 200 mcg; vitamin-b12 6
  mcg; zinc 5 mg; iodine 75 mcg
1, once per day, ongoing, with breakfast
Berry tablets that children like, sweetened with xylitol.

Senior Daily Packets | packet | 30=42.00 | aspenhythe
vitamin-c 250 mg; vitamin-d3 2000 IU; vitamin-b12 500 mcg; vitamin-k2 45 mcg; magnesium 100 mg; zinc 15
  mg; lutein 10 mg; coenzyme-q10 50 mg
1, once per day, ongoing, with breakfast
A day's vitamins in one packet for those over sixty.
"""
