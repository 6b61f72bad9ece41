"""The words that stand for students: birds, trees, plants, stones, waters and small animals.

None is a common first name, a word of a course, or unkind. Their order counts for the pseudonyms,
so a change of this list changes the pseudonyms of every key.
"""

from __future__ import annotations

import re

NOUNS_LISTED = """
    Heron Kestrel Plover Curlew Puffin Osprey Falcon Goshawk Harrier Kingfisher Nightjar
    Nuthatch Bittern Egret Avocet Sandpiper Lapwing Dunlin Godwit Redshank Turnstone
    Oystercatcher Fulmar Gannet Petrel Albatross Cormorant Pelican Stork Ibis Spoonbill Flamingo
    Swan Mallard Teal Wigeon Pintail Pochard Eider Goldeneye Merganser Grebe Moorhen Crake Quail
    Partridge Pheasant Ptarmigan Grouse Capercaillie Bustard Dotterel Whimbrel Tern Kittiwake
    Skua Guillemot Razorbill Hoopoe Woodpecker Wryneck Skylark Woodlark Swallow Wagtail Pipit
    Waxwing Dipper Dunnock Nightingale Redstart Wheatear Stonechat Whinchat Blackbird Fieldfare
    Redwing Thrush Blackcap Whitethroat Goldcrest Firecrest Flycatcher Chickadee Titmouse
    Treecreeper Oriole Shrike Magpie Jackdaw Chough Starling Sparrow Chaffinch Brambling
    Greenfinch Goldfinch Siskin Redpoll Crossbill Bullfinch Hawfinch Yellowhammer Bunting
    Tanager Bobolink Meadowlark Grackle Junco Towhee Vireo Kinglet Hummingbird Toucan Macaw
    Cockatoo Parakeet Lorikeet Kookaburra Cassowary Ostrich Kiwi Condor Caracara Limpkin Jacana
    Hornbill Motmot Quetzal Sunbird Honeyeater Bowerbird Lyrebird Bulbul Mynah Drongo Pitta
    Manakin Cotinga Tinamou Hoatzin Anhinga Frigatebird Shearwater Noddy Loon Alder Hornbeam
    Hawthorn Blackthorn Sycamore Chestnut Walnut Poplar Cottonwood Birch Beech Oak Maple Elm
    Larch Spruce Pine Cedar Cypress Juniper Yew Sequoia Redwood Tamarack Ginkgo Sassafras
    Catalpa Mulberry Persimmon Quince Medlar Almond Pistachio Pecan Hickory Mahogany Teak Baobab
    Banyan Kapok Jacaranda Eucalyptus Wattle Banksia Mangrove Palmetto Tamarind Sandalwood
    Rosewood Boxwood Dogwood Buckthorn Spindle Elderberry Whitebeam Osier Bamboo Rattan Balsa
    Mesquite Manzanita Madrone Tupelo Mimosa Carob Saffron Thistle Foxglove Bluebell Harebell
    Cowslip Snowdrop Crocus Daffodil Tulip Hyacinth Anemone Peony Aster Cornflower Larkspur
    Delphinium Lupin Snapdragon Hollyhock Sunflower Yarrow Tansy Valerian Vervain Borage Comfrey
    Chamomile Lavender Thyme Oregano Tarragon Chervil Lovage Sorrel Fennel Coriander Cumin
    Caraway Anise Cardamom Nutmeg Cinnamon Turmeric Paprika Peppermint Spearmint Lemongrass
    Verbena Bergamot Hyssop Catmint Campion Speedwell Pimpernel Buttercup Celandine Kingcup
    Meadowsweet Loosestrife Teasel Burdock Plantain Bracken Lichen Gorse Bilberry Cranberry
    Bramble Raspberry Strawberry Gooseberry Blueberry Honeysuckle Wisteria Bindweed Periwinkle
    Gentian Edelweiss Orchid Lotus Bulrush Sedge Papyrus Barley Millet Sorghum Buckwheat Alfalfa
    Vetch Trefoil Fuchsia Gardenia Hibiscus Begonia Geranium Nasturtium Amaranth Artichoke
    Pumpkin Radish Parsnip Apricot Nectarine Tangerine Kumquat Pomelo Papaya Mango Guava Lychee
    Pomegranate Damson Greengage Agave Yucca Cactus Bromeliad Protea Oleander Plumeria
    Rhododendron Hydrangea Forsythia Lilac Mistletoe Toadflax Stonecrop Saxifrage Samphire Kelp
    Granite Basalt Marble Slate Sandstone Limestone Chalk Dolomite Gneiss Schist Quartz Feldspar
    Agate Obsidian Pumice Travertine Alabaster Serpentine Soapstone Malachite Azurite Lapis
    Turquoise Amethyst Citrine Peridot Moonstone Sunstone Carnelian Chalcedony Tourmaline Zircon
    Fluorite Calcite Aragonite Gypsum Selenite Pyrite Hematite Magnetite Labradorite Spinel
    Porphyry Pebble Danube Volga Rhine Loire Garonne Elbe Oder Vistula Tagus Ebro Douro Tiber
    Thames Tweed Zambezi Limpopo Orinoco Yukon Mekong Ganges Yangtze Amur Yenisei Dnieper
    Euphrates Tigris Vltava Moselle Meuse Isar Drava Tisza Lagoon Fjord Glacier Estuary Atoll
    Tarn Dune Tundra Prairie Steppe Geyser Oasis Rivulet Waterfall Canyon Ravine Headland
    Sandbar Islet Spinney Copse Thicket Orchard Hedgerow Moorland Otter Badger Hedgehog Dormouse
    Beaver Lynx Dolphin Porpoise Narwhal Manatee Tortoise Salamander Gecko Dragonfly Damselfly
    Bumblebee Firefly Ladybird Seahorse Starfish Nautilus Cowrie Limpet Scallop Abalone
"""
NOUNS = tuple(NOUNS_LISTED.split())
ANYBODY = "Alex"  # whoever a pseudonym stands for
LIKE_ONE = re.compile(r"\b([A-Z][a-z]{2,13})\d*\b")
ALL = frozenset(NOUNS)


def nameless(text: str) -> str:
    """Call every student alike, so that no vector or label depends on the key behind pseudonyms.

    >>> nameless("Heron and Plover2 saw a heron.")
    'Alex and Alex saw a heron.'
    """
    return LIKE_ONE.sub(lambda word: ANYBODY if word[1] in ALL else word[0], text)
