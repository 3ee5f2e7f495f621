"""Herbs and mushrooms. Lines of a product as in the table of minerals."""

TABLE = """
Ashwagandha Root | capsule | 60=16.50 120*=28.00 | kindling harrowgate pinemarrow:450 alder-ash:300
ashwagandha 600 mg root extract
1, twice per day, 60, with food
Full-spectrum root extract, five per cent withanolides.

Rhodiola Rosea {s} | capsule | 60=21.80 | harrowgate copperfinch:400 kindling
rhodiola 300 mg root extract
1, every morning, 60, before breakfast
Golden root of cold mountains.

Holy Basil {s} | capsule | 60=16.40 | kindling ninebark
holy-basil 450 mg leaf extract
1, twice per day, 60,
Tulsi leaf, calm and clear.

Panax Ginseng {s} | capsule | 60=24.90 | harrowgate rowan:500
ginseng 250 mg root extract
1, every morning, 60, with food
Six-year-old white root.

Eleuthero Root | drops | 60=18.70 | ninebark
30 drops: eleuthero 600 mg
30, twice per day, 60, in a little water
A tincture for long working weeks.

Adrenal Adapt | capsule | 60=27.90 120=49.50 | thistlemere aspenhythe wrenfield
ashwagandha 250 mg; rhodiola 150 mg; schisandra 200 mg; licorice 100 mg; vitamin-c 100 mg
2, every morning, 60, with breakfast
Four roots and berries for tired days.

Ginkgo Biloba {s} | capsule | 60*=17.60 120=30.50 | harrowgate sorrel:60 pinemarrow aspenhythe
ginkgo 120 mg leaf extract
1, twice per day, 90, with food
Standardized leaf extract, 24 per cent flavone glycosides.

Bacopa Monnieri {s} | capsule | 60=19.30 | kindling northlight
bacopa 320 mg
1, once per day, 90, with food that has fat
The memory herb of Ayurveda.

Gotu Kola | drops | 60=17.20 | pinemarrow
30 drops: gotu-kola 500 mg
30, twice per day, 60, in water
Fresh-leaf tincture.

Mucuna {s} | capsule | 60=18.50 | kindling
mucuna 400 mg seed extract
1, once per day, 30, on an empty stomach
Velvet bean, fifteen per cent L-dopa.

Garlic {s} Odour-Controlled | tablet | 90*=13.90 180=24.20 | hearthmoor pinemarrow:600 sorrel harrowgate
garlic 500 mg bulb powder
1, twice per day, ongoing, with food
Whole clove powder in a coated tablet.

Aged Garlic Liquid | liquid | 60=19.20 | rowan
Half a teaspoon (2.5 mL): garlic 800 mg aged extract
1, once per day, 90, in juice
Mellowed for twenty months.

Turmeric {s} | capsule | 60=18.40 120*=31.90 | kindling harrowgate:750 alder-ash ninebark boreal
turmeric 500 mg root extract
1, twice per day, 60, with food
Whole root with its oils, and nothing to force it in.

Curcumin Phytosome {s} | capsule | 60=32.50 120*=58.90 | northlight wrenfield:1000 elmsworth
curcumin 500 mg bound to sunflower lecithin
1, twice per day, 60, with food
Curcumin wrapped so that it is taken up.

Turmeric & Black Pepper Tonic | liquid | 240=24.80 | rowan
One teaspoon (5 mL): turmeric 400 mg; ginger 100 mg
1, once per day, 30, in warm milk or water
Golden tonic with a pinch of pepper.

Boswellia {s} | capsule | 60=22.70 120=39.90 | harrowgate aspenhythe:500
boswellia 400 mg resin extract
1, twice per day, 60, with food
Frankincense resin, 65 per cent boswellic acids.

Joint Ease Botanicals | capsule | 90=31.80 | thistlemere copperfinch
boswellia 300 mg; turmeric 300 mg; devils-claw 200 mg; ginger 50 mg
1, three times per day, 60, with food
Four old friends of stiff joints.

White Willow Bark {s} | capsule | 60=14.20 | ninebark
white-willow 400 mg
1, twice per day, as needed, with food
Bark with its natural salicin.

Cat's Claw {s} | capsule | 60=15.70 | kindling
cats-claw 500 mg
1, twice per day, 60,
Inner bark of the vine.

St John's Wort {s} | capsule | 60*=16.90 120=29.00 | pinemarrow harrowgate thistlemere:450 half-moon
st-johns-wort 300 mg flower extract
1, three times per day, 60, with food
Flowering tops, 0.3 per cent hypericin.

St John's Wort Tincture | drops | 60=18.90 | ninebark
30 drops: st-johns-wort 600 mg
30, twice per day, 60, in water
Fresh flowers, ruby red.

Valerian Root {s} | capsule | 60=13.80 | pinemarrow hearthmoor:500
valerian 450 mg
2, every night, 30, an hour before bed
Root for restless evenings.

Sleep Well Botanicals | capsule | 60*=24.60 120=43.00 | thistlemere fallowmere osprey
valerian 200 mg; passionflower 150 mg; hops 60 mg; lemon-balm 120 mg; l-theanine 100 mg
2, every night, 30, an hour before bed
Quiet herbs for the end of the day.

Passionflower Tincture | drops | 60=17.90 | ninebark pinemarrow
30 drops: passionflower 600 mg
30, twice per day, as needed, in water
Aerial parts in flower.

Lemon Balm {s} | capsule | 60=13.50 | harrowgate
lemon-balm 500 mg
1, twice per day, as needed,
Leaf that smells of summer.

Chamomile Calm Drops for Children | drops | 30=15.80 | little-heron
Ten drops: chamomile 100 mg; lemon-balm 60 mg
10, every night, as needed, in water; without alcohol
Alcohol-free drops for small bedtimes.

Kava {s} | capsule | 30=23.40 | rowan
kava 100 mg kavalactones
1, every night, 14, not with alcohol
Noble root only, for short use.

Skullcap & Oat Tincture | drops | 60=19.40 | ninebark
30 drops: skullcap 500 mg
30, three times per day, as needed, in water
For frayed nerves.

Saffron {s} | capsule | 30=29.80 60=54.00 | cloudberry verrin
saffron 28 mg stigma extract
1, once per day, 60, with food
Stigmas of the crocus.

Echinacea Tincture | drops | 60=17.80 120=31.50 | ninebark pinemarrow rowan
30 drops: echinacea 900 mg
30, four times per day, 10, at the first sign of a cold
Fresh root that tingles on the tongue.

Echinacea & Goldenseal | capsule | 60=19.60 | thistlemere hearthmoor
echinacea 300 mg; goldenseal 150 mg
1, three times per day, 10,
For the first days, not for every day.

Elderberry Syrup | liquid | 120*=16.90 240=28.80 | rowan cloudberry lac-dore
One teaspoon (5 mL): elderberry 1000 mg
1, twice per day, as needed, for ages two and over
Dark berries, lightly sweetened with apple.

Elderberry Gummies for Children | gummy | 60=17.50 | little-heron
elderberry 200 mg; vitamin-c 45 mg; zinc 3 mg
1, twice per day, as needed, chew well
Pectin gummies in the shape of berries.

Astragalus {s} | capsule | 60=15.90 | harrowgate
astragalus 500 mg
1, twice per day, 60,
Root for the months between.

Andrographis {s} | capsule | 30=18.80 | kindling
andrographis 400 mg
1, three times per day, 7,
The king of bitters.

Olive Leaf {s} | capsule | 60=17.40 | rowan osprey:750
olive-leaf 500 mg
1, twice per day, 30,
Leaf with eighteen per cent oleuropein.

Oregano Oil Softgels | softgel | 60=21.30 | kindling half-moon
oregano-oil 150 mg
1, twice per day, 14, with food
Wild Mediterranean oregano.

Thyme & Ivy Cough Syrup | liquid | 120=14.90 | pinemarrow lac-dore
One teaspoon (5 mL): thyme 500 mg; ivy-leaf 35 mg
1, three times per day, 7,
A garden remedy for the chest.

Milk Thistle {s} | capsule | 60*=17.20 120=29.70 | harrowgate thistlemere fernway:300 bellwether
milk-thistle 250 mg seed extract
1, twice per day, 60,
Seed extract, eighty per cent silymarin.

Liver Support | capsule | 90=29.80 | brackenfold wrenfield
milk-thistle 200 mg; dandelion 150 mg; artichoke 150 mg; n-acetylcysteine 200 mg; alpha-lipoic-acid 50 mg
1, three times per day, 60, with food
Herbs and sulphur for the liver.

Berberine {s} | capsule | 60*=25.90 120=46.00 | northlight elmsworth copperfinch:400 boreal
berberine 500 mg as hydrochloride
1, three times per day, 90, with meals
The yellow alkaloid of barberry.

Cinnamon {s} | capsule | 90=14.70 | hearthmoor kindling:1000
cinnamon 500 mg bark
1, twice per day, 90, with meals
Ceylon bark, low in coumarin.

Glucose Balance | capsule | 90=33.70 | wrenfield quillbrook
berberine 250 mg; gymnema 200 mg; cinnamon 150 mg; chromium 200 mcg; alpha-lipoic-acid 100 mg
1, three times per day, 90, with meals
Five ingredients for steady sugar.

Red Yeast Rice {s} | capsule | 60*=21.60 120=38.40 | elmsworth sunder tamarack
red-yeast-rice 600 mg
2, every night, 90, with the evening meal
Fermented rice, tested for citrinin.

Lipid Balance | capsule | 120=44.50 | wrenfield
red-yeast-rice 600 mg; coenzyme-q10 50 mg; niacin 50 mg; guggul 250 mg
2, twice per day, 90, with food
Red yeast rice with the coenzyme it uses up.

Hawthorn {s} | capsule | 60=15.20 | pinemarrow harrowgate
hawthorn 450 mg leaf and flower
1, twice per day, 90,
The hedgerow herb of the heart.

Cayenne Heart | capsule | 90=12.60 | kindling
cayenne 450 mg; hawthorn 100 mg
1, once per day, 60, with food
Warm and moving.

Feverfew {s} | capsule | 60=15.40 | harrowgate
feverfew 150 mg leaf
1, once per day, 90,
Leaf with its parthenolide.

Butterbur {s} | softgel | 60=28.90 | elmsworth
butterbur 75 mg root extract, free of pyrrolizidine alkaloids
1, twice per day, 60, with food
Purified root extract.

Saw Palmetto {s} | softgel | 60*=18.30 120=32.10 | bellwether osprey cairnholt
saw-palmetto 320 mg berry extract
1, once per day, 90, with food
Berry extract, ninety per cent fatty acids.

Prostate Complex | softgel | 60=29.70 | cairnholt
saw-palmetto 320 mg; nettle 240 mg; pygeum 100 mg; lycopene 10 mg; zinc 10 mg
1, twice per day, 90, with food
The classic plants for men over fifty.

Stinging Nettle Leaf | capsule | 90=15.80 | ninebark tamarack
nettle 435 mg leaf
2, twice per day, as needed, in the pollen season
Freeze-dried leaf.

Chasteberry {s} | capsule | 60=14.90 | fallowmere ninebark:400
chasteberry 225 mg
1, every morning, 90,
Vitex berry for the second half of the cycle.

Black Cohosh {s} | capsule | 60=17.10 | fallowmere thistlemere
black-cohosh 40 mg root extract
1, twice per day, 90,
Root extract for the change.

Dong Quai | drops | 60=18.40 | rowan
30 drops: dong-quai 600 mg
30, twice per day, 60, not during pregnancy
The root of Chinese women's formulas.

Menopause Ease | capsule | 60=31.40 | fallowmere
black-cohosh 40 mg; red-clover 200 mg; chasteberry 100 mg; soy-isoflavones 50 mg
1, twice per day, 90, with food
Plants for warm nights.

Raspberry Leaf | capsule | 90=13.60 | fallowmere
raspberry-leaf 480 mg
1, twice per day, as needed,
Leaf of the last weeks before birth.

Maca {s} | capsule | 90=18.20 | kindling tamarack
maca 525 mg gelatinized root
2, every morning, 60,
Root of the high Andes.

Tribulus {s} | capsule | 60=19.90 | cairnholt
tribulus 500 mg
1, twice per day, 60,
Fruit extract, 45 per cent saponins.

Cranberry {s} | capsule | 60=17.70 | cloudberry fallowmere
cranberry 500 mg fruit extract
1, once per day, 60, with water
Fruit extract, 36 mg of proanthocyanidins.

D-Mannose Powder | powder | 85=24.40 | cloudberry bellwether
One scoop: d-mannose 2 g
1, three times per day, 7, in water
A sugar the bladder does not keep.

Urinary Comfort | capsule | 60=23.60 | rowan
uva-ursi 250 mg; cranberry 200 mg; horsetail 100 mg
1, three times per day, 7, with plenty of water
For short use.

Green Tea Extract {s} | capsule | 60=17.80 | harrowgate copperfinch:400
green-tea 500 mg leaf extract
1, once per day, 60, with food
Leaf extract without caffeine.

Grape Seed {s} | capsule | 60=19.50 | cloudberry rowan:200
grape-seed 100 mg
1, twice per day, 60,
Seeds of red grapes.

Pine Bark {s} | capsule | 60=33.90 | cloudberry
pine-bark 100 mg
1, once per day, 90,
Extract of maritime pine.

Bilberry & Lutein | capsule | 60=28.20 | cloudberry bellwether
bilberry 160 mg; lutein 20 mg; zeaxanthin 4 mg
1, once per day, ongoing, with food
Fruit and petals for the eyes.

Tart Cherry {s} | capsule | 60=18.80 | cloudberry ember-oat
tart-cherry 500 mg
1, every night, 60,
Sour cherries for sore legs.

Arnica Gel | gel | 75=13.40 | tamarack
One pump: arnica 7 g fresh plant extract
1, three times per day, as needed, on unbroken skin only
Cooling gel for bumps.

Aloe Vera Juice | liquid | 480=17.60 960=29.90 | tamarack
Two tablespoons (30 mL): aloe-vera 30 mL inner leaf
2, once per day, 30,
Inner leaf only, filtered.

Black Walnut & Wormwood | drops | 60=21.70 | ninebark
30 drops: black-walnut 400 mg; wormwood 200 mg; clove 100 mg
30, three times per day, 14, not during pregnancy
Bitter and short.

Reishi {s} | capsule | 90=29.60 | loamhouse tamarack:750
reishi 1000 mg fruiting body
2, once per day, 90,
Red reishi grown on wood.

Lion's Mane {s} | capsule | 90*=31.20 180=55.00 | loamhouse northlight:1000 boreal
lions-mane 1000 mg fruiting body
2, every morning, 90,
White mushroom for a clear head.

Lion's Mane Powder | powder | 60=27.80 | loamhouse
One scoop: lions-mane 1 g fruiting body
1, every morning, 60, in coffee or porridge
Stirs into anything warm.

Cordyceps {s} | capsule | 90=32.40 | loamhouse copperfinch
cordyceps 1000 mg fruiting body
2, every morning, 60,
For stairs and hills.

Turkey Tail {s} | capsule | 90=30.80 | loamhouse
turkey-tail 1000 mg fruiting body
2, once per day, 90,
The banded mushroom of fallen logs.

Seven Mushroom Blend | capsule | 90*=36.90 180=65.00 | loamhouse tamarack
reishi 150 mg; lions-mane 150 mg; cordyceps 150 mg; turkey-tail 150 mg; chaga 150 mg; shiitake 150 mg;
  maitake 150 mg
2, once per day, 60, with food
All seven in one capsule.

Chaga Drops | drops | 60=24.30 | loamhouse boreal
30 drops: chaga 800 mg
30, twice per day, 60, in hot water
Birch chaga, twice extracted.
"""
