// Writes every template in every language, with its examples, to the folder that is its argument.
#include <filesystem>
#include <fstream>

#include "email/templates.h"

int main(int count, char** arguments) {
  if (count != 2) return 2;
  const std::filesystem::path folder = arguments[1];
  std::filesystem::create_directories(folder);
  voyages::email::Templates templates({"Cloud Voyages", "https://example.com"}, {});
  for (const auto& info : templates.list()) {
    boost::json::object params;
    for (const auto& parameter : info.parameters) params[parameter.name] = parameter.example;
    const bool bulk = info.stream == voyages::email::Stream::bulk;
    for (const auto& locale : info.locales) {
      const auto content =
          templates.render(info.name, locale, params, bulk ? "https://example.com/emails/unsubscribe?token=x" : "");
      if (!content) return 1;
      std::ofstream(folder / (info.name + "." + locale + ".html")) << content->html;
      std::ofstream(folder / (info.name + "." + locale + ".txt")) << content->subject << "\n\n" << content->text;
    }
  }
}
