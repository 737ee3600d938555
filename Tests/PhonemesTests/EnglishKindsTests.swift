import Testing

@testable import Phonemes

/// The kinds of written forms that a reader of English meets, with their spoken forms: each kind in a dozen variations.
@Suite("Kinds of written English")
struct EnglishKindsTests {
    static let phones = [
        ("(212) 555-0147", "two one two , five five five , zero one four seven"),
        ("555.123.4567", "five five five , one two three , four five six seven"),
        ("+44 20 7946 0018", "plus four four , two zero , seven nine four six , zero zero one eight"), ("call 911", "call nine one one"),
        ("212-555-0199", "two one two , five five five , zero one nine nine"), ("555-0123", "five five five , zero one two three"),
        ("(415)555-2671", "four one five , five five five , two six seven one"), ("020 7946 0958", "zero two zero , seven nine four six , zero nine five eight"),
        ("+1 415 555 2671", "plus one , four one five , five five five , two six seven one"),
        ("1-800-555-0100", "one , eight hundred , five five five , zero one zero zero"), ("dial 112", "dial one one two"),
        ("+49 (30) 123456", "plus four nine , three zero , one two three four five six"), ("0800 123 4567", "zero eight zero zero , one two three , four five six seven"),
        ("078-05-1120", "zero seven eight , zero five , one one two zero"),
    ]

    static let grouped = [
        ("10 000", "ten thousand"), ("1 234 567", "one million two hundred thirty four thousand five hundred and sixty seven"), ("1'000", "one thousand"),
        ("25\u{202F}000", "twenty five thousand"), ("3\u{A0}000\u{A0}000", "three million"), ("12'500", "twelve thousand five hundred"),
        ("100 000 people", "one hundred thousand people"), ("2 500 km", "two thousand five hundred kilometers"), ("7,000", "seven thousand"),
        ("1,000,000", "one million"), ("€10 000", "ten thousand euros"), ("450 000", "four hundred fifty thousand"), ("8'848 m", "eight thousand eight hundred and forty eight meters"),
    ]

    static let signs = [
        ("7-3=4", "seven minus three equals four"), ("10−3", "ten minus three"), ("10^-3", "ten to the power of minus three"),
        ("1e-5", "one times ten to the power of minus five"), ("x²", "x squared"), ("m/s²", "meters per second squared"),
        ("p < 0.05", "p is less than zero point zero five"), ("π≈3.14", "pi is approximately three point one four"), ("2*8", "two times eight"),
        ("f(x) = 2x", "f of x equals two x"), ("5x7", "five by seven"), ("9-4=5", "nine minus four equals five"), ("6×7", "six times seven"),
        ("y³", "y cubed"), ("10⁻⁶", "ten to the power of minus six"), ("2.5e8", "two point five times ten to the power of eight"), ("n > 30", "n is greater than thirty"),
        ("α = 0.05", "alpha equals zero point zero five"), ("9.8 m/s²", "nine point eight meters per second squared"), ("g(t) = 3t", "g of t equals three t"),
        ("a² + b² = c²", "eigh squared plus b squared equals c squared"), ("x ≥ 10", "x is greater than or equal to ten"), ("8 ÷ 2 = 4", "eight divided by two equals four"),
        ("3 + 4 = 7", "three plus four equals seven"), ("2^10", "two to the power of ten"),
    ]

    static let dates = [
        ("12/25/24", "December twenty fifth twenty four"), ("jul 5", "July fifth"), ("SEPT. 15", "September fifteenth"),
        ("Jan-15-2020", "January fifteenth twenty twenty"), ("In 1066", "In ten sixty six"), ("2020/21", "twenty twenty twenty one"),
        ("3/14/15", "March fourteenth fifteen"), ("oct 31", "October thirty first"), ("AUG. 9", "August ninth"), ("Feb-29-2024", "February twenty ninth twenty twenty four"),
        ("since 1012", "since ten twelve"), ("2008/09", "two thousand eight oh nine"), ("Tue, Mar 3, 2020", "Tuesday , March third , twenty twenty"), ("april 1st", "April first"),
        ("Dec. 24, 1999", "December twenty fourth , nineteen ninety nine"), ("the 4th of July", "the fourth of July"), ("44 BC", "forty four B.C"), ("May 5-7", "May fifth to seventh"),
        ("3 Sept. 1939", "the third of September nineteen thirty nine"), ("2024-02-29", "February twenty ninth twenty twenty four"),
    ]

    static let ranges = [
        ("9am-5pm", "nine A.M to five P.M"), ("30°C–35°C", "thirty degrees Celsius to thirty five degrees Celsius"), ("Mon-Fri", "Monday to Friday"),
        ("1960s-80s", "nineteen sixties to eighties"), ("$50.00-$100.00", "fifty dollars to one hundred dollars"), ("10:30am-12pm", "ten thirty A.M to twelve P.M"),
        ("2–4 pm", "two to four P.M"), ("Sat–Sun", "Saturday to Sunday"), ("5km-10km", "five kilometers to ten kilometers"), ("10-15%", "ten to fifteen percent"),
        ("£5-£10", "five pounds to ten pounds"), ("1st-3rd", "first to third"), ("Jan–Mar", "January to March"), ("1939–45", "nineteen thirty nine to forty five"),
        ("3-4 lbs", "three to four pounds"), ("8:00-9:30", "eight o'clock to nine thirty"), ("pp. 10–12", "pages ten to twelve"),
    ]

    static let attributes = [
        ("a $5 bill", "a five dollar bill"), ("a 100 m dash", "a one hundred meter dash"), ("a $1.5 million house", "a one point five million dollar house"),
        ("a 10 km run", "a ten kilometer run"), ("the 5 lb bag", "the five pound bag"), ("a £20 note", "a twenty pound note"), ("her 3 ft scarf", "her three foot scarf"),
        ("a 2-hour film", "a two hour film"), ("a 500 GB drive", "a five hundred gigabyte drive"), ("an 8 oz steak", "an eight ounce steak"), ("a $2 billion deal", "a two billion dollar deal"),
        ("a 60-watt bulb", "a sixty watt bulb"), ("a 50 kg weight", "a fifty kilogram weight"), ("I paid $5 for it", "I paid five dollars for it"), ("the 5 km of road", "the five kilometers of road"),
    ]

    static let units = [
        ("$5/hr", "five dollars per hour"), ("€3/l", "three euros per liter"), ("100 Mbps", "one hundred megabits per second"), ("12\" pipe", "twelve inch pipe"),
        ("3' long", "three feet long"), ("km/h", "kilometers per hour"), ("12 V", "twelve volts"), ("3 kΩ", "three kiloohms"), ("20℃", "twenty degrees Celsius"),
        ("50‰", "fifty per mille"), ("1h 30m", "one hour thirty minutes"), ("£3 bn", "three billion pounds"), ("$20/mo", "twenty dollars per month"), ("£7/kg", "seven pounds per kilogram"),
        ("54 mbps", "fifty four megabits per second"), ("19\" rack", "nineteen inch rack"), ("6'2\"", "six feet two inches"), ("mg/l", "milligrams per liter"), ("230 V", "two hundred and thirty volts"),
        ("4.7 µF", "four point seven microfarads"), ("98.6°F", "ninety eight point six degrees Fahrenheit"), ("2h 15m", "two hours fifteen minutes"), ("€2 mn", "two million euros"),
        ("16 GB", "sixteen gigabytes"), ("5 ft 10 in", "five feet ten inches"), ("3 min. walk", "three minutes walk"), ("60 mph", "sixty miles per hour"), ("2.4 GHz", "two point four gigahertz"),
    ]

    @Test(arguments: phones + grouped + signs) func numbersAreRead(_ written: String, _ spoken: String) throws {
        #expect(try EnglishReadingTests.spoken(written) == spoken)
    }

    @Test(arguments: dates + ranges + attributes + units) func quantitiesAreRead(_ written: String, _ spoken: String) throws {
        #expect(try EnglishReadingTests.spoken(written) == spoken)
    }

    static let addresses = [
        ("San Jose, CA 95051", "San Jose , California nine five zero five one"), ("708 Arques Ave", "seven zero eight Arques avenue"), ("12 Laguna Ct", "twelve Laguna court"),
        ("OR 97201", "Oregon nine seven two zero one"), ("1428 Elm St.", "fourteen twenty eight Elm street ."), ("1211 E Pine Blvd", "twelve eleven east Pine boulevard"),
        ("9 N 1st St", "nine north first street"), ("250 Oak Dr", "two fifty Oak drive"), ("Austin, TX 78701", "Austin , Texas seven eight seven zero one"), ("Albany, NY", "Albany , New York"),
        ("31 Hill Rd", "thirty one Hill road"), ("5 Abbey Ln", "five Abbey lane"), ("St. Louis, MO 63101", "saint Louis , Missouri six three one zero one"), ("Ste. 200", "suite two hundred"),
    ]

    static let romans = [
        ("the IV drip", "the I.V drip"), ("the XXI century", "the twenty first century"), ("Act Ⅳ", "Act four"), ("MCMXC", "nineteen ninety"), ("int ii = xx", "int ii equals xx"),
        ("Louis XIV", "Louis the fourteenth"), ("the XIX century", "the nineteenth century"), ("Volume Ⅲ", "Volume three"), ("MMXXIV", "twenty twenty four"), ("Part II", "Part two"),
        ("World War I", "World War one"), ("Super Bowl LVIII", "Super Bowl fifty eight"), ("King Charles III", "King Charles the third"), ("vol. II", "volume two"), ("an IV line", "an I.V line"),
        ("Pope Pius XII", "Pope Pius the twelfth"), ("chapter XIV", "chapter fourteen"), ("I am here", "I am here"),
    ]

    static let acronyms = [
        ("UNESCO", "UNESCO"), ("ACLU", "A.C.L.U"), ("NGO", "N.G.O"), ("PDFs", "P.D.F's"), ("VIPs", "V.I.P's"), ("PIN code", "PIN code"), ("SIM card", "SIM card"),
        ("401(k)", "four oh one k"), ("4K TV", "four K T.V"), ("C#", "C sharp"), ("NATO", "NATO"), ("the FBI's", "the F.B.I's"), ("DVDs", "D.V.D's"), ("GIFs", "GIFs"), ("HTML", "H.T.M.L"),
        ("USB", "U.S.B"), ("C++", "C plus plus"), ("5G", "five G"), ("Wi-Fi", "wifi"), ("the UN", "the U.N"), ("ATMs", "A.T.M's"), ("LAN", "LAN"), ("URLs", "U.R.L's"),
    ]

    static let codes = [
        ("card ending in 8876", "card ending in eight eight seven six"), ("your otp is 9453", "your otp is nine four five three"), ("PIN: 4021", "PIN : four zero two one"),
        ("the code is 112233", "the code is one one two two three three"), ("flight 370", "flight three seven zero"), ("zip 90210", "zip nine zero two one zero"),
        ("account number 55512", "account number five five five one two"), ("passcode 1234", "passcode one two three four"), ("room 101", "room one zero one"),
        ("tracking 778899", "tracking seven seven eight eight nine nine"), ("extension 4410", "extension four four one zero"), ("password is 2580", "password is two five eight zero"),
        ("invoice 20771", "invoice two zero seven seven one"),
    ]

    static let joints = [
        ("11:20AM,2:40PM", "eleven twenty A.M , two forty P.M"), ("29th’s", "twenty ninth's"), ("EUR 5", "five euros"), ("€1,50", "one euro fifty cents"), ("2,5 kg", "two point five kilograms"),
        ("no.1", "number one"), ("Eq. (3)", "equation three"), ("9:00am,5:30pm", "nine A.M , five thirty P.M"), ("the 1st's", "the first's"), ("USD 20", "twenty U.S dollars"), ("£2,99", "two pounds ninety nine pence"),
        ("1,5 l", "one point five liters"), ("No.7", "number seven"), ("Fig. (2)", "figure two"), ("GBP 3", "three British pounds"), ("3pm,4pm", "three P.M , four P.M"), ("pp.4-6", "pages four to six"),
    ]

    @Test(arguments: addresses + romans + acronyms + codes + joints) func wordsAreRead(_ written: String, _ spoken: String) throws {
        #expect(try EnglishReadingTests.spoken(written) == spoken)
    }
}
