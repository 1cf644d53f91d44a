#include "base/email_address.h"

#include <gtest/gtest.h>

namespace voyages {
namespace {

std::string parsed(std::string_view text) {
  const auto email = Email::parse(text);
  return email ? email->text() : std::string("refused");
}

TEST(EmailAddress, HasOneSpellingForEachMailbox) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {" Grace.Hopper@Navy.Example\t", "grace.hopper@navy.example"},
      {"o'neil+lists_2@a-b.co.example", "o'neil+lists_2@a-b.co.example"},
      {"zo\u00EB@caf\u00E9.example", "zo\u00EB@xn--caf-dma.example"},
      {"zoe\u0308@cafe\u0301.example", "zo\u00EB@xn--caf-dma.example"},
      {"kontakt@STRA\u00DFE.example", "kontakt@xn--strae-oqa.example"},
      {"kontakt@\u00D6L.example", "kontakt@xn--l-0ga.example"},
      {"info@XN--CAF-DMA.example", "info@xn--caf-dma.example"},
      {"\u7528\u6237@\u4F8B\u5B50.example", "\u7528\u6237@xn--fsqu00a.example"},
      {"\u0438\u0432\u0430\u043D@\u043F\u043E\u0447\u0442\u0430.example",
       "\u0438\u0432\u0430\u043D@xn--80a1acny.example"},
      {"1@3com.example", "1@3com.example"},
  };
  for (const auto& [typed, kept] : cases) EXPECT_EQ(parsed(typed), kept) << typed;
}

TEST(EmailAddress, RefusesADomainThatIsNotLabelsOfLettersDigitsAndHyphens) {
  const std::string long_label(64, 'a');
  const std::string long_domain = std::string(63, 'a') + '.' + std::string(63, 'b') + '.' + std::string(63, 'c') + '.' +
                                  std::string(58, 'd') + ".ex";
  for (const std::string domain : {
           "pay.example\nother.example",
           "pay.example\rother.example",
           "pay_roll.example",
           "pay.example(other.example)",
           "pay.example;other.example",
           "pay.example,other.example",
           "pay.example?x",
           "pay.example#x",
           "pay.example:25",
           "pay%2eexample.example",
           "pay\\roll.example",
           "pay roll.example",
           "<pay.example>",
           "\"pay\".example",
           "[192.0.2.7]",
           "[IPv6:2001:db8::7]",
           "192.0.2.7",
           "2130706433",
           "host.123",
           "-pay.example",
           "pay-.example",
           "pay.-example",
           "pay.example-",
           "pay..example",
           ".pay.example",
           "pay.example.",
           "example",
           "",
           // Names that UTS 46 would turn into others, and what IDNA 2008 does not know.
           "\u2100.example",
           "pay\u3002example",
           "\uFF50ay.example",
           "\u24C5ay.example",
           "pa\u00ADy.example",
           "pa\u200By.example",
           "pay\u202Eroll.example",
           "\u2665.example",
           "\U0001F4A9.example",
           "pay.\u0661\u0662",
           "\u0301pay.example",
           "a\u0661\u06F1.example",
           // What only looks like an A-label.
           "xn--pay.example",
           "xn--a.example",
           "xn--CAF\u00C9-dma.example",
           "xn--\u00E9.example",
       })
    EXPECT_EQ(parsed("ann@" + domain), "refused") << domain;
  EXPECT_EQ(parsed("ann@" + long_label + ".example"), "refused");
  EXPECT_EQ(parsed("a@" + long_domain), "refused");
  EXPECT_NE(parsed("ann@" + long_label.substr(1) + ".example"), "refused");
}

TEST(EmailAddress, RefusesALocalPartThatHidesSomething) {
  for (const std::string_view hidden :
       {"\u200B", "\u200D", "\u202E",     "\u2066",     "\u2028",     "\u2029", "\u00A0", "\u2003", "\u3000",
        "\uFEFF", "\u0085", "\u009B",     "\u00AD",     "\u034F",     "\u115F", "\u3164", "\u2800", "\uFE0F",
        "\uE000", "\uFDD0", "\U000E0041", "\U0001D173", "\U0010FFFF", "\x7F",   "\x1B",   "\t"})
    EXPECT_EQ(parsed("gra" + std::string(hidden) + "ce@navy.example"), "refused") << hidden;
  EXPECT_EQ(parsed(std::string_view("gra\0ce@navy.example", 19)), "refused");
  EXPECT_EQ(parsed(std::string_view("grace@navy\0.example", 19)), "refused");
}

TEST(EmailAddress, RefusesALocalPartThatLooksLikeAnother) {
  for (const std::string_view local : {
           "gr\u0430ce",               // a Cyrillic letter
           "\u03BFwner",               // a Greek one
           "adm\u0131n\u0455",         // Latin without a dot, and a Cyrillic one
           "\u0430dmin.office",        // in one word of two
           "office.\u0430\u0434",      // two words of two alphabets: an address is one name
           "\uFF47race",               // East Asian width
           "\U0001D420race",           // of formulas
           "o\uFB03ce",                // a ligature
           "gr\u2090ce",               // a subscript
           "\u0301grace", "a.\u0301b"  // a mark on nothing
       })
    EXPECT_EQ(parsed(std::string(local) + "@navy.example"), "refused") << local;
}

TEST(EmailAddress, RefusesAQuotedLocalPart) {
  for (const std::string_view local : {"\"grace\"", "\"grace hopper\"", "\"a@b\"", "\"\"", "gra\"ce", "grace(note)"})
    EXPECT_EQ(parsed(std::string(local) + "@navy.example"), "refused") << local;
}

TEST(EmailAddress, RefusesWhatIsTooLongForMail) {
  EXPECT_EQ(parsed(std::string(65, 'g') + "@navy.example"), "refused");
  EXPECT_NE(parsed(std::string(64, 'g') + "@navy.example"), "refused");
  const std::string labels =
      std::string(60, 'a') + '.' + std::string(60, 'b') + '.' + std::string(60, 'c') + ".example";
  EXPECT_EQ(parsed(std::string(64, 'g') + '@' + labels), "refused");
}

}  // namespace
}  // namespace voyages
