#include "app/branding.h"

#include <fmt/format.h>

#include <fstream>
#include <string_view>

#include "app/brand_color.h"
#include "base/encoding.h"
#include "base/failure.h"

namespace voyages::app {

namespace {

constexpr std::size_t max_logo_bytes = 256 * 1024;
constexpr std::size_t max_css_bytes = 64 * 1024;

std::string read(std::string_view setting, const std::filesystem::path& path, std::size_t most_bytes) {
  const auto next = fmt::format("Correct the setting {}, or the file.", setting);
  std::ifstream file(path, std::ios::binary);
  std::string content(most_bytes + 1, '\0');
  file.read(content.data(), static_cast<std::streamsize>(content.size()));
  if (!file.eof() && file.fail()) throw Failure(fmt::format("{} cannot be read.", path.string()), next);
  content.resize(static_cast<std::size_t>(file.gcount()));
  if (content.empty()) throw Failure(fmt::format("{} is empty.", path.string()), next);
  if (content.size() > most_bytes) {
    throw Failure(fmt::format("{} is larger than {} KiB.", path.string(), most_bytes / 1024), next);
  }
  return content;
}

// By what it is, whatever its name says: a browser is told not to guess.
std::string logo_type(std::string_view logo, const std::filesystem::path& path) {
  if (logo.starts_with("\x89PNG\r\n\x1a\n")) return "image/png";
  if (is_utf8(logo) && logo.find("<svg") != std::string_view::npos) return "image/svg+xml";
  throw Failure(fmt::format("{} is neither an SVG nor a PNG.", path.string()),
                "Correct the setting brand_logo, or the file.");
}

}  // namespace

Branding load_branding(const Config& config) {
  Branding branding;
  if (const auto color = Color::parse(config.brand_color)) branding.css = brand_color_css(*color);
  if (!config.brand_css.empty()) branding.css += read("brand_css", config.brand_css, max_css_bytes);
  if (!config.brand_logo.empty()) {
    branding.logo = read("brand_logo", config.brand_logo, max_logo_bytes);
    branding.logo_type = logo_type(branding.logo, config.brand_logo);
  }
  return branding;
}

}  // namespace voyages::app
