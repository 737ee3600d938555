import Testing

@testable import Phonemes

/// Tests the spoken form of written English, with pause marks between words.
@Suite("Text normalization of English")
struct EnglishReadingTests {
    static func spoken(_ text: String, language: String = "en-us") throws -> String {
        let normalizer = try #require(TextNormalizer(language: language))
        let folding = UnicodeFolding(LanguageData.of(language: language))
        return normalizer.words(of: [.text(folding.folded(text), .plain)]).map { word in
            let words = word.spoken.map { if case .text(let text) = $0 { text } else { "?" } }.joined(
                separator: " ")
            return (word.before.map { "\($0) " } ?? "") + words + (word.after.map { " \($0)" } ?? "")
        }.joined(separator: " ")
    }

    static let numbers = [
        ("0", "zero"), ("7", "seven"), ("13", "thirteen"), ("21", "twenty one"), ("100", "one hundred"),
        ("105", "one hundred and five"), ("1,234", "one thousand two hundred and thirty four"),
        ("1000000", "one million"),
        ("2,000,001", "two million one"), ("-5", "minus five"), ("3.14", "three point one four"),
        (".5", "point five"),
        ("0.05", "zero point zero five"), ("007", "zero zero seven"),
        (
            "123456789012345678901234567890",
            "one two three four five six seven eight nine zero one two three four five six seven eight nine zero one two three four five six seven eight nine zero"
        ),
        ("1st", "first"), ("2nd", "second"), ("3rd", "third"), ("11th", "eleventh"),
        ("21st", "twenty first"),
        ("100th", "one hundredth"), ("1,000th", "one thousandth"), ("30th", "thirtieth"),
        ("5%", "five percent"), ("12.5 %", "twelve point five percent"),
        ("#5", "number five"), ("18+", "eighteen plus"), ("~20", "about twenty"),
        ("5k", "five thousand"),
    ]

    static let years = [
        ("in 1984", "in nineteen eighty four"), ("1905", "nineteen oh five"),
        ("1900", "nineteen hundred"), ("2000", "two thousand"),
        ("2009", "two thousand nine"), ("2010", "twenty ten"), ("2026", "twenty twenty six"),
        ("1066", "one thousand and sixty six"),
        ("1990s", "nineteen nineties"), ("the '90s", "the nineties"), ("the 80s", "the eighties"),
        ("1914–1918", "nineteen fourteen to nineteen eighteen"),
        ("1914-18", "nineteen fourteen to eighteen"),
    ]

    static let money = [
        ("$5.20", "five dollars twenty cents"), ("$1", "one dollar"), ("$0.50", "fifty cents"),
        ("£1.01", "one pound one penny"),
        ("$3.5 million", "three point five million dollars"), ("$5bn", "five billion dollars"),
        ("-$5", "minus five dollars"), ("5€", "five euros"),
        ("€5.00", "five euros"), ("US$20", "twenty U.S dollars"), ("$5-10", "five to ten dollars"),
        ("$20/month", "twenty dollars per month"), ("50¢", "fifty cents"),
        ("¥1,000", "one thousand yen"),
        ("20 USD", "twenty U.S dollars"),
        ("$1,234.56", "one thousand two hundred and thirty four dollars fifty six cents"),
        ("$7.5", "seven dollars fifty cents"),
    ]

    static let measures = [
        ("5km", "five kilometers"), ("1 km", "one kilometer"), ("60 km/h", "sixty kilometers per hour"),
        ("20°C", "twenty degrees Celsius"), ("1 °F", "one degree Fahrenheit"),
        ("90°", "ninety degrees"), ("12 m²", "twelve square meters"),
        ("5'10\"", "five feet ten inches"), ("44.1 kHz", "forty four point one kilohertz"),
        ("100 sq ft", "one hundred square feet"),
        ("3 in a row", "three in a row"), ("10-20 kg", "ten to twenty kilograms"),
        ("5-10%", "five to ten percent"), ("1 lb", "one pound"), ("2 lbs", "two pounds"),
        ("512 MB", "five hundred and twelve megabytes"),
    ]

    static let dates = [
        ("Nov. 5, 2020", "November fifth , twenty twenty"), ("November 5", "November fifth"),
        ("5 November", "the fifth of November"), ("the 5th Nov", "the fifth of November"),
        ("2026-11-21", "November twenty first twenty twenty six"),
        ("11/21/2026", "November twenty first twenty twenty six"),
        ("21.11.2026", "the twenty first of November twenty twenty six"),
        ("Nov 2020", "November twenty twenty"),
        ("May 1st", "May first"), ("may 5 come", "may five come"), ("10:30", "ten thirty"),
        ("10:05 p.m.", "ten oh five P.M ."), ("3pm", "three P.M"), ("3 am", "three A.M"),
        ("10:00", "ten o'clock"),
        ("14:00", "fourteen hundred"), ("16:9", "sixteen to nine"),
        ("1:02:03", "one hour two minutes and three seconds"),
    ]

    static let fractions = [
        ("1/2", "one half"), ("3/4", "three quarters"), ("2/3", "two thirds"), ("½", "one half"),
        ("3 1/2 km", "three and a half kilometers"), ("3/4 mi", "three quarters of a mile"), ("2½ hrs", "two and a half hours"),
        ("3 1/2", "three and a half"), ("3½", "three and a half"), ("2 3/4", "two and three quarters"),
        ("24/7", "twenty four seven"), ("50/50", "fifty fifty"), ("7/33", "seven thirty thirds"),
        ("10-20", "ten to twenty"), ("555-1234", "five five five , one two three four"),
    ]

    static let abbreviations = [
        ("Mr. Smith", "mister Smith"),
        ("Dr. Who lives on Main Dr.", "doctor Who lives on Main drive ."), ("St. John", "saint John"),
        ("12 Main St.", "twelve Main street ."), ("No. 5", "number five"),
        ("I said no.", "I said no ."), ("no 5 are", "no five are"), ("I met Jan", "I met Jan"),
        ("Gen. Lee of Gen Z", "general Lee of Gen Z"),
        ("e.g. this", "for example this"),
        ("cats, dogs, etc. and so on", "cats , dogs , et cetera and so on"),
        ("vs. them", "versus them"), ("pp. 3-5", "pages three to five"), ("p. 7", "page seven"),
        ("Smith & Co.", "Smith and company ."), ("Ph.D.", "P.H.D ."),
        ("J. R. R. Tolkien", "J R R Tolkien"), ("U.S. Army", "U.S Army"), ("w/ cheese", "with cheese"),
    ]

    static let addresses = [
        (
            "https://www.example.com/a-b", "H.T.T.P.S colon slash slash W.W.W dot example dot com slash eigh dash b"
        ), ("me@example.org", "me at example dot org"), ("readme.txt", "readme dot T.X.T"),
        ("example.co.uk", "example dot co dot U.K"),
        ("192.168.0.1", "one nine two dot one six eight dot zero dot one"),
        ("v2.1.3", "v two point one point three"),
    ]

    static let letters = [
        ("COVID-19", "COVID nineteen"), ("MP3", "M.P three"), ("20-year-old", "twenty year old"),
        ("well-known", "well-known"), ("CPUs", "C.P.U's"), ("AT&T", "A.T and T"), ("and/or", "and or"),
        ("IQ", "I.Q"), ("NASA", "NASA"), ("#fun", "hashtag fun"), ("@me", "at me"),
        ("THIS IS ALL IN CAPITALS", "this is all in capitals"), ("Henry VIII", "Henry the eighth"),
        ("Elizabeth I was", "Elizabeth the first was"), ("as George I think", "as George I think"),
        ("World War II", "World War two"), ("Chapter IV", "Chapter four"), ("Rocky III", "Rocky three"),
        ("Vitamin C", "Vitamin C"),
        ("mid-1990s", "mid nineteen nineties"), ("'tis", "'tis"), ("don’t", "don't"),
        ("word—word", "word , word"), ("wait...what", "wait , what"), ("(so) it", ", so , it"),
        ("4K", "four K"), ("B2B", "b two b"),
    ]

    @Test(arguments: numbers + years + money + measures) func numbersAreWords(
        _ written: String, _ spoken: String
    ) throws {
        #expect(try Self.spoken(written) == spoken)
    }

    @Test(arguments: dates + fractions + abbreviations + addresses + letters)
    func conventionsAreWords(_ written: String, _ spoken: String) throws {
        #expect(try Self.spoken(written) == spoken)
    }

    static let british = [
        ("105", "one hundred and five"), ("1,005", "one thousand and five"),
        ("November 5", "November the fifth"), ("5/11/2026", "the fifth of November twenty twenty six"),
        ("5 km", "five kilometres"),
    ]

    @Test(arguments: british) func britishEnglishDiffers(_ written: String, _ spoken: String) throws {
        #expect(try Self.spoken(written, language: "en-gb") == spoken)
    }

    @Test func languagesWithoutDataAreLeftToTheLibrary() {
        #expect(TextNormalizer(language: "it") == nil)
        #expect(TextNormalizer(language: "enx") == nil)
    }
}
