#include "email/templates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "email/text_part.h"
#include "tests/support/temporary_directory.h"

namespace voyages::email {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const json::object link{{"url", "https://example.com/reset#token=a&b"}};

/// The operator's folder; a change is seen at once.
class TemplatesTest : public testing::Test {
 protected:
  void write(const std::string& path, std::string_view text) {
    const auto file = directory_.path() / path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }
  std::vector<std::string> faults_of(std::string_view name, const json::object& params) {
    const auto checked = templates_.check(name, params);
    std::vector<std::string> faults;
    if (checked) return faults;
    for (const auto& field : checked.error().fields) faults.push_back(field.field + " " + field.code);
    return faults;
  }
  Content render(std::string_view name, const json::object& params, std::string_view locale = "en") {
    auto content = templates_.render(name, locale, params);
    if (content) return *content;
    ADD_FAILURE() << content.error().code;
    return {};
  }

  tests::TemporaryDirectory directory_;
  Templates templates_{{"Cloud Voyages", "https://example.com"}, directory_.path(), std::chrono::milliseconds(0)};
};

json::object examples_of(const TemplateInfo& info) {
  json::object params;
  for (const auto& parameter : info.parameters) params[parameter.name] = parameter.example;
  return params;
}

TEST_F(TemplatesTest, RendersEachBuiltInOneInEachLanguageWithItsExamples) {
  const auto infos = templates_.list();
  EXPECT_EQ(infos.size(), 13U);
  EXPECT_THAT(templates_.problems(), IsEmpty());
  for (const auto& info : infos) {
    EXPECT_THAT(info.locales, ElementsAre("de", "en")) << info.name;
    EXPECT_FALSE(info.is_own) << info.name;
    for (const auto& locale : info.locales) {
      const auto content = render(info.name, examples_of(info), locale);
      EXPECT_THAT(content.html, HasSubstr("<html lang=\"" + locale + "\">")) << info.name;
      EXPECT_THAT(content.html, Not(HasSubstr("{{"))) << info.name;
      EXPECT_THAT(content.text, Not(HasSubstr("<"))) << info.name;
      EXPECT_THAT(content.subject, Not(IsEmpty())) << info.name;
    }
  }
}

TEST_F(TemplatesTest, TakesWhatTheSignInServiceSends) {
  const std::vector<std::pair<std::string, json::object>> sent{
      {"welcome", link},
      {"verify_email", link},
      {"reset_password", link},
      {"invite", link},
      {"password_changed", {{"ip", ""}}},
      {"password_changed", {{"ip", "::1"}, {"identities", "Acme (ada@example.com), GitHub"}}},
      {"new_sign_in", {{"ip", "::1"}, {"user_agent", ""}}},
      {"account_exists", {{"login_url", "http://localhost:8080"}}},
      {"email_changed", {{"new_email", "ada@example.org"}}},
      {"identity_linked", {{"provider", "Acme"}}},
      {"session_revoked", {{"reason", "refresh_token_reused"}}}};
  for (const auto& [name, params] : sent) EXPECT_THAT(faults_of(name, params), IsEmpty()) << name;
}

TEST_F(TemplatesTest, NamesEveryBadParameterAtOnce) {
  EXPECT_THAT(faults_of("job_report", {{"jop", "x"},
                                       {"status", 7},
                                       {"url", "javascript:alert(1)"},
                                       {"items", {{{"label", "a"}, {"valeu", "b"}}, "text"}}}),
              ElementsAre("params.jop unknown_field", "params.job required", "params.status wrong_type",
                          "params.url invalid_url", "params.items[0].valeu unknown_field",
                          "params.items[0].value required", "params.items[1] wrong_type"));
  EXPECT_THAT(faults_of("welcome", {{"url", " "}}), ElementsAre("params.url required"));
  EXPECT_EQ(templates_.check("no_such", {}).error().code, "unknown_template");
}

TEST_F(TemplatesTest, BoundsParameters) {
  EXPECT_THAT(faults_of("session_revoked", {{"reason", std::string(10'001, 'a')}}),
              ElementsAre("params.reason too_long"));
  EXPECT_THAT(faults_of("session_revoked", {{"reason", std::string(10 << 20, 'a')}}), ElementsAre("params too_long"));
  EXPECT_THAT(faults_of("welcome", {{"url", "https://example.com/" + std::string(3'000, 'a')}}),
              ElementsAre("params.url too_long"));
  json::array items(1'001, json::object{{"label", "a"}, {"value", "b"}});
  EXPECT_THAT(faults_of("job_report", {{"job", "a"}, {"status", "b"}, {"items", items}}),
              ElementsAre("params.items too_long"));
  json::object many;
  for (int i = 0; i < 5'000; ++i) many["p" + std::to_string(i)] = 1;
  EXPECT_LE(faults_of("welcome", many).size(), 100U);
}

TEST_F(TemplatesTest, EscapesInHtmlAndNotInTextOrSubject) {
  const auto content =
      render("message_received", {{"url", "https://example.com/?a=1&b=2"}, {"from", "<b>Bob & Co</b>"}});
  EXPECT_THAT(content.html, HasSubstr("&lt;b&gt;Bob &amp; Co&lt;/b&gt; has sent"));
  EXPECT_THAT(content.html, HasSubstr("href=\"https://example.com/?a=1&amp;b=2\""));
  EXPECT_THAT(content.html, Not(HasSubstr("<b>Bob")));
  EXPECT_THAT(content.text, HasSubstr("<b>Bob & Co</b> has sent"));
  EXPECT_THAT(content.text, HasSubstr("Read the message: https://example.com/?a=1&b=2\n"));
  EXPECT_EQ(content.subject, "A message from <b>Bob & Co</b>");
}

TEST_F(TemplatesTest, KeepsTheSubjectInOneLine) {
  const auto subject = [&](const std::string& from) {
    return render("message_received", {{"url", "https://example.com"}, {"from", from}}).subject;
  };
  EXPECT_EQ(subject("Eve\r\nBcc: all@example.com\u2028x\t \x01y"), "A message from Eve Bcc: all@example.com x y");
  EXPECT_EQ(subject(std::string(9'000, 'x')).size(), 200 + std::string("…").size());
  EXPECT_EQ(render("announcement", {{"title", "\x01"}, {"body", "x"}}).subject, "Cloud Voyages");
}

TEST_F(TemplatesTest, LeavesOutWhatIsOptionalAndAbsent) {
  const auto content = render("password_changed", {});
  EXPECT_THAT(content.text, Not(HasSubstr("From address")));
  EXPECT_EQ(render("message_received", {{"url", "https://example.com"}}).subject, "You have a new message");
}

TEST_F(TemplatesTest, FallsBackFromRegionToLanguageToEnglish) {
  for (const auto* locale : {"de", "de-AT", "DE-de-1996"}) {
    EXPECT_EQ(render("reset_password", link, locale).subject, "Neues Passwort für Cloud Voyages") << locale;
  }
  for (const auto* locale : {"en", "fr", "", "../../etc", "de_DE", "d\r\ne"}) {
    EXPECT_EQ(render("reset_password", link, locale).subject, "Choose a new password for Cloud Voyages") << locale;
  }
  EXPECT_EQ(render("reset_password", link, std::string(100'000, 'a')).html.find("lang=\"en\"") != std::string::npos,
            true);
}

TEST_F(TemplatesTest, OffersToUnsubscribeWhereThereIsAWay) {
  const json::object news{{"title", "News"}, {"body", "One\n\nTwo"}};
  const auto content = templates_.render("announcement", "en", news, "https://example.com/unsubscribe?t=1");
  EXPECT_THAT(content->html, HasSubstr("href=\"https://example.com/unsubscribe?t=1\""));
  EXPECT_THAT(content->text, HasSubstr("Unsubscribe:\nhttps://example.com/unsubscribe?t=1\n"));
  EXPECT_THAT(content->text, HasSubstr("One\n\nTwo\n"));
  EXPECT_THAT(render("announcement", news).html, Not(HasSubstr("Unsubscribe")));
}

TEST_F(TemplatesTest, PrefersOwnFilesAndSeesThemChangeWithoutARestart) {
  write("welcome/en.html.mustache", "Subject: Ahoy\n\n<p>Come to {{url}}</p>\n");
  EXPECT_EQ(render("welcome", link).subject, "Ahoy");
  EXPECT_EQ(render("welcome", link, "de").subject, "Willkommen bei Cloud Voyages");
  write("welcome/en.html.mustache", "Subject: Ahoy again\n\n<p>Come to {{url}}</p>\n");
  EXPECT_EQ(render("welcome", link).subject, "Ahoy again");
  write("welcome/en.txt.mustache", "Just {{url}}\n");
  EXPECT_THAT(render("welcome", link).text, testing::StartsWith("Just https://example.com/reset#token=a&b\n\n-- \n"));
  EXPECT_TRUE(templates_.check("welcome", link)->is_own);
  std::filesystem::remove_all(directory_.path() / "welcome");
  EXPECT_EQ(render("welcome", link).subject, "Welcome to Cloud Voyages");
}

TEST_F(TemplatesTest, TakesNewTemplatesWithTheirOwnParameters) {
  write("receipt/template.json", R"({"description": "A receipt", "stream": "transactional",
      "parameters": [{"name": "amount", "type": "number"}]})");
  write("receipt/en.html.mustache", "Subject: Receipt\n\n<p>You paid {{amount}}.</p>\n");
  EXPECT_THAT(templates_.problems(), IsEmpty());
  EXPECT_THAT(render("receipt", {{"amount", 12.5}}).text, HasSubstr("You paid 12.5.\n"));
  EXPECT_THAT(faults_of("receipt", {{"amount", "12"}}), ElementsAre("params.amount wrong_type"));
}

TEST_F(TemplatesTest, ReportsBrokenOwnFilesAndNeverMailsABlank) {
  write("welcome/en.html.mustache", "Subject: Ahoy\n\n<p>\n{{ulr}}</p>\n");
  EXPECT_THAT(templates_.problems(), ElementsAre("welcome/en.html.mustache:4: there is no parameter `ulr`"));
  EXPECT_EQ(render("welcome", link).subject, "Welcome to Cloud Voyages");
  write("welcome/en.html.mustache", "<p>no subject</p>\n");
  EXPECT_THAT(templates_.problems(), ElementsAre("welcome/en.html.mustache:1: the first line must be `Subject: …`"));
  write("welcome/en.html.mustache", "Subject: Ahoy\n\n{{#url}}\n");
  EXPECT_THAT(templates_.problems(), ElementsAre("welcome/en.html.mustache:3: {{#url}} is never closed"));
  write("welcome/en.html.mustache", std::string(100'000, 'a'));
  EXPECT_THAT(templates_.problems(), ElementsAre("welcome/en.html.mustache: a file has at most 64 KB"));
}

TEST_F(TemplatesTest, KeepsAnOwnTemplateWhileItIsBeingBroken) {
  write("note/template.json", R"({"stream": "bulk", "parameters": []})");
  write("note/en.html.mustache", "Subject: Good\n\n<p>Good</p>\n");
  EXPECT_EQ(render("note", {}).subject, "Good");
  write("note/en.html.mustache", "Subject: Bad\n\n<p>{{#Bad}}</p>\n");
  EXPECT_EQ(render("note", {}).subject, "Good");
  EXPECT_EQ(templates_.problems().size(), 2U);
}

TEST_F(TemplatesTest, SaysWhatIsWrongWithADefinition) {
  write("a/en.html.mustache", "Subject: A\n\nA\n");
  write("b/template.json", R"({"stream": "loud"})");
  write("welcome/template.json", "{}");
  const auto problems = testing::PrintToString(templates_.problems());
  EXPECT_THAT(problems, HasSubstr("a/template.json: is missing"));
  EXPECT_THAT(problems, HasSubstr("b/template.json: `stream` must be transactional or bulk"));
  EXPECT_THAT(problems, HasSubstr("welcome/template.json: the parameters of a built-in template are fixed"));
}

TEST_F(TemplatesTest, TakesAnOwnLayout) {
  write("_layout/layout.html.mustache", "<html><body>{{{body}}}<hr>{{{footer}}}</body></html>");
  EXPECT_THAT(render("welcome", link).html, testing::StartsWith("<html><body>"));
  write("_layout/layout.html.mustache", "{{bodi}}");
  EXPECT_THAT(render("welcome", link).html, testing::StartsWith("<!doctype html>"));
  EXPECT_THAT(templates_.problems(), ElementsAre("_layout/layout.html.mustache:1: there is no parameter `bodi`"));
}

TEST(TextPart, SaysWhatTheHtmlSays) {
  EXPECT_EQ(to_text_part("<style>p{}</style><h1>Hello</h1>\n<p>One &amp; <b>two</b><br>three&#33;</p>"
                         "<ul><li>a</li>\n<li>b</li></ul><p>See <a href='https://x.example/?a=1&amp;b=2'>this</a>.</p>"
                         "<p class='html-only'>no</p><p><a href='https://x.example'>https://x.example</a></p>"),
            "Hello\n\nOne & two\nthree!\n\n- a\n- b\n\nSee this: https://x.example/?a=1&b=2.\n\nhttps://x.example\n");
}

TEST(TextPart, WrapsWordsAndKeepsLinksWhole) {
  const auto text = to_text_part("<p>" + std::string(200, 'x') + " " + [] {
    std::string words;
    for (int i = 0; i < 40; ++i) words += "wörter ";
    return words;
  }() + "</p>");
  EXPECT_THAT(text, testing::StartsWith(std::string(200, 'x') + "\nwörter "));
  EXPECT_EQ(std::ranges::count(text, '\n'), 5);
}

TEST(TextPart, SurvivesHtmlCutOffAnywhere) {
  const std::string html = "<!-- a --><div class='lines'><a href=\"x\">&#x41;&bogus;</a></li></p><ul><li>b\n";
  for (std::size_t length = 0; length <= html.size(); ++length) (void)to_text_part(html.substr(0, length));
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<div><a href=";
  (void)to_text_part(deep);
}

}  // namespace
}  // namespace voyages::email
