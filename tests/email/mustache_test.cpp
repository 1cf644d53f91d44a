#include "email/mustache.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>

// The cases of the Mustache specification, none left out but those that are named here with the reason.

namespace voyages::email {
namespace {

namespace json = boost::json;

constexpr std::string_view no_partials = "there are no partials: what mails share is in the layout";

const std::map<std::string, std::string_view, std::less<>> skipped{
    {"delimiters: Partial Inheritence", no_partials},
    {"delimiters: Post-Partial Behavior", no_partials},
    {"partials: Basic Behavior", no_partials},
    {"partials: Context", no_partials},
    {"partials: Recursion", no_partials},
    {"partials: Surrounding Whitespace", no_partials},
    {"partials: Inline Indentation", no_partials},
    {"partials: Standalone Line Endings", no_partials},
    {"partials: Standalone Without Previous Line", no_partials},
    {"partials: Standalone Without Newline", no_partials},
    {"partials: Standalone Indentation", no_partials},
    {"partials: Padding Whitespace", no_partials},
};

json::array read_cases(const std::string& group) {
  std::ifstream file(VOYAGES_SOURCE_DIR "/tests/vectors/mustache/" + group + ".json");
  const std::string text(std::istreambuf_iterator<char>(file), {});
  return json::parse(text).at("tests").as_array();
}

std::string render(std::string_view text, const json::object& data, Mustache::Escape escape = Mustache::Escape::html) {
  const auto parsed = Mustache::parse(text);
  if (!parsed) return "line " + std::to_string(parsed.error().line) + ": " + parsed.error().message;
  const auto output = parsed->render(data, escape);
  return output ? *output : "fault: " + output.error().message;
}

/// Runs the group, and says how many cases were run.
std::size_t run_group(const std::string& group) {
  std::size_t count = 0;
  for (const auto& test : read_cases(group)) {
    const auto name = group + ": " + std::string(test.at("name").as_string());
    const std::string_view text = test.at("template").as_string();
    if (skipped.contains(name)) {
      EXPECT_NE(text.find(">"), std::string_view::npos) << name;
      EXPECT_FALSE(Mustache::parse(text)) << name << " is skipped, so it must be refused";
      continue;
    }
    EXPECT_EQ(render(text, test.at("data").as_object()), test.at("expected").as_string()) << name;
    ++count;
  }
  return count;
}

TEST(Mustache, PassesTheSpecification) {
  EXPECT_EQ(run_group("comments"), 11U);
  EXPECT_EQ(run_group("delimiters"), 12U);
  EXPECT_EQ(run_group("interpolation"), 31U);
  EXPECT_EQ(run_group("inverted"), 21U);
  EXPECT_EQ(run_group("sections"), 30U);
  EXPECT_EQ(run_group("partials"), 0U);
  EXPECT_EQ(skipped.size(), 12U);
}

TEST(Mustache, EscapesWhatCouldBecomeMarkup) {
  const json::object data{{"name", R"(<a href="x" title='y'>&amp;)"}};
  EXPECT_EQ(render("{{name}}", data), "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;");
  EXPECT_EQ(render("{{{name}}}{{&name}}", {{"name", "<b>"}}), "<b><b>");
  EXPECT_EQ(render("{{name}}", {{"name", "<b>"}}, Mustache::Escape::none), "<b>");
}

TEST(Mustache, TreatsEmptyTextAsAbsent) {
  EXPECT_EQ(render("{{#from}}from {{from}}{{/from}}{{^from}}from somebody{{/from}}", {{"from", ""}}), "from somebody");
  EXPECT_EQ(render("{{#count}}{{count}}{{/count}}", {{"count", 0}}), "0");
}

TEST(Mustache, SaysOnWhichLineItWentWrong) {
  EXPECT_EQ(render("a\n{{name", {}), "line 2: this tag is never closed");
  EXPECT_EQ(render("a\n\n{{#list}}\n", {}), "line 3: {{#list}} is never closed");
  EXPECT_EQ(render("{{/list}}", {}), "line 1: {{/list}} closes what was never opened");
  EXPECT_EQ(render("{{#a}}\n{{#b}}{{/a}}", {}), "line 2: {{/a}} stands where {{/b}} is due");
  EXPECT_EQ(render("{{}}", {}), "line 1: a tag needs a name");
  EXPECT_EQ(render("{{two words}}", {}), "line 1: a name has no blanks in it: `two words`");
  EXPECT_EQ(render("{{=<%=}}", {}), "line 1: delimiters change like this: {{=<% %>=}}");
}

TEST(Mustache, SurvivesTagsCutOffAnywhere) {
  const std::string text = "{{=<% %>=}}<%#a%>\r\n<%{b}%> <%! c %>\n<%/a%><%={{ }}=%>{{^d}}{{{e}}}{{/d}}";
  for (std::size_t length = 0; length <= text.size(); ++length) (void)render(text.substr(0, length), {{"a", true}});
  EXPECT_EQ(render(text, {{"a", true}, {"b", "<"}, {"e", ">"}}), "\r\n< \n>");
}

TEST(Mustache, BoundsTemplateDepthAndOutput) {
  EXPECT_FALSE(Mustache::parse(std::string(Mustache::max_template_bytes + 1, 'a')));
  std::string nested;
  for (std::size_t i = 0; i <= Mustache::max_depth; ++i) nested += "{{#a}}";
  EXPECT_EQ(Mustache::parse(nested).error().message, "too many sections within each other");

  const json::object data{{"a", json::array(1000, json::value(1))}};
  const auto loud = Mustache::parse("{{#a}}{{#a}}{{#a}}12345{{/a}}{{/a}}{{/a}}");
  EXPECT_FALSE(loud->render(data, Mustache::Escape::html));
  const auto silent = Mustache::parse("{{#a}}{{#a}}{{#a}}{{#b}}{{/b}}{{/a}}{{/a}}{{/a}}");
  EXPECT_FALSE(silent->render(data, Mustache::Escape::html));
}

TEST(Mustache, NamesWhatItUses) {
  std::vector<std::string> names;
  Mustache::parse("{{a}}\n{{#list}}{{^b}}{{c.d}}{{/b}}{{/list}}")
      ->visit_names([&](std::string_view name, std::size_t line, std::span<const std::string_view> sections) {
        names.push_back(std::to_string(line) + " " + std::string(name) + (sections.empty() ? "" : " in list"));
      });
  EXPECT_EQ(names, (std::vector<std::string>{"1 a", "2 list", "2 b in list", "2 c.d in list"}));
}

}  // namespace
}  // namespace voyages::email
