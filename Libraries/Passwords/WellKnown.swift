/// What people build passwords from when they have to build one.
enum WellKnown {
    /// Neighbours on keyboards and in counting; runs go in both directions.
    private static let sequences: [[UInt8]] = {
        let forward = [
            "abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiop[]\\", "asdfghjkl;'", "zxcvbnm,./",
            "azertyuiop", "qsdfghjklm", "wxcvbn", "qwertzuiop", "!@#$%^&*()_+",
            "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
            "qazwsxedcrfvtgbyhnujmikolp", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "a1b2c3d4e5f6g7h8i9",
            "1a2b3c4d5e6f7g8h9i",
        ].map { Array($0.utf8) }
        return forward + forward.map { $0.reversed() }
    }()

    /// How many of the first bytes of `text` follow one of the sequences, or are the same.
    static func run(in text: ArraySlice<UInt8>) -> Int {
        guard let first = text.first else { return 0 }
        var longest = text.prefix { $0 == first }.count
        for sequence in sequences {
            for start in sequence.indices where sequence[start] == first {
                longest = max(longest, zip(sequence[start...], text).prefix { $0 == $1 }.count)
            }
        }
        return longest
    }

    /// A letter for the digit or sign that is written in its place; `l` and `i` are one, since `1` stands for both.
    static func folded(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "0"): UInt8(ascii: "o")
        case UInt8(ascii: "1"), UInt8(ascii: "!"), UInt8(ascii: "|"), UInt8(ascii: "l"): UInt8(ascii: "i")
        case UInt8(ascii: "3"): UInt8(ascii: "e")
        case UInt8(ascii: "4"), UInt8(ascii: "@"): UInt8(ascii: "a")
        case UInt8(ascii: "5"), UInt8(ascii: "$"): UInt8(ascii: "s")
        case UInt8(ascii: "7"): UInt8(ascii: "t")
        default: byte
        }
    }

    static let words = Set(list.split(whereSeparator: \.isWhitespace).map { word in word.utf8.map(folded)[...] })
    static let longestWord = words.map(\.count).max() ?? 0

    private static let list = """
        password passwort passphrase passcode pass word secret secure security private letmein openup changeme default
        welcome hello goodbye login signin logon access admin administrator root user username guest test tester testing
        temp temporary demo example sample system server computer laptop internet network office company manager service
        support master super superuser account database oracle windows linux ubuntu android iphone google facebook twitter
        instagram youtube amazon microsoft samsung linkedin pokemon pikachu naruto minecraft fortnite roblox starwars
        skywalker vader matrix gandalf hobbit potter hogwarts batman superman spiderman ironman marvel avengers joker
        university college school student teacher campus library course exam semester rovierr
        iloveyou iloveu loveyou love lover lovely forever together friend friends family mother father mommy daddy sister
        brother baby babygirl babyboy angel princess prince queen king sweet sweetheart honey darling beautiful handsome
        sunshine rainbow flower butterfly heaven blessed jesus christ christian church faith hope
        monkey dragon tiger lion eagle falcon panther wolf bear shark dolphin horse puppy kitty kitten doggy fluffy
        buddy lucky happy smile crazy funny silly cookie chocolate banana orange apple cherry peanut butter cheese pepper
        ginger coffee pizza chicken summer winter spring autumn january february march april june july august september
        october november december monday tuesday wednesday thursday friday saturday sunday
        football baseball basketball soccer hockey tennis cricket golf player champion winner arsenal chelsea liverpool
        manchester united barcelona madrid realmadrid juventus lakers yankees cowboys steelers patriots
        england london america canada france paris germany berlin italy spain brasil brazil mexico china beijing shanghai
        hongkong taiwan japan tokyo korea india singapore australia sydney
        michael jordan jennifer jessica ashley michelle daniel thomas andrew joshua matthew robert anthony nicole william
        charlie george david james john joseph samantha amanda elizabeth victoria alexander alexandra christopher
        stephanie patricia veronica fernando alejandro maria carlos rebecca rachel melissa benjamin jonathan nicholas
        mustang ferrari porsche mercedes corvette camaro harley yamaha honda toyota
        shadow killer hunter ranger warrior ninja samurai soldier knight legend thunder lightning storm phoenix diamond
        silver golden purple yellow black white green blue crystal metallica nirvana eminem slipknot guitar music
        freedom liberty peace whatever trustno nothing something anything unbelievable qwerty azerty asdf zxcv
        """
}
