#include <algorithm>
#include <array>
#include <optional>

#include "tests/style/rules.h"
#include "tests/style/text.h"

namespace voyages::style {

namespace {

/// What a folder of src/ may include besides its own files. A folder or a single header; a folder's name ends in `/`.
struct Arrows {
  std::string_view folder;
  std::vector<std::string_view> to;
};

// Longest prefix first: an adapter's folder has its own row.
const std::array arrows{
    Arrows{"base/", {}},
    Arrows{"crypto/", {"base/"}},
    Arrows{"http/", {"base/", "crypto/"}},
    Arrows{"store/", {"base/"}},
    Arrows{"part/", {"base/", "crypto/", "http/", "store/"}},
    Arrows{"aws/",
           {"base/", "crypto/", "http/", "store/", "email/transport.h", "email/mime.h", "email/header_fields.h",
            "email/feedback.h"}},
    Arrows{"runtime/", {"base/", "http/", "store/queue.h"}},
};

// The rest are domains: the vocabulary, the ports, and the doors that another domain opens to all.
const std::vector<std::string_view> domain_arrows{"base/",         "crypto/",       "http/",         "part/",
                                                  "store/table.h", "store/queue.h", "store/blobs.h", "email/outbox.h"};

// The places where everything is put together.
constexpr std::array<std::string_view, 2> knows_all{"src/app/", "src/main.cpp"};

std::optional<std::string_view> quoted_include(std::string_view line) {
  constexpr std::string_view start = "#include \"";
  if (!line.starts_with(start)) return std::nullopt;
  line.remove_prefix(start.size());
  return line.substr(0, line.find('"'));
}

bool allowed(std::string_view folder, std::string_view included) {
  if (included.starts_with(folder)) return true;
  const auto* row = std::ranges::find(arrows, folder, &Arrows::folder);
  const auto& to = row == arrows.end() ? domain_arrows : row->to;
  return std::ranges::any_of(to, [&](std::string_view target) {
    return target.ends_with('/') ? included.starts_with(target) : included == target;
  });
}

}  // namespace

std::vector<Complaint> check_includes(const SourceFile& file) {
  constexpr std::string_view source = "src/";
  const std::string_view path = file.path;
  const bool knows = std::ranges::any_of(knows_all, [&](std::string_view place) { return path.starts_with(place); });
  if (!path.starts_with(source) || knows) return {};
  const auto inside = path.substr(source.size());
  const auto folder = inside.substr(0, inside.find('/') + 1);

  std::vector<Complaint> complaints;
  const auto lines = lines_of(file.text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto included = quoted_include(lines[i]);
    if (!included || allowed(folder, *included)) continue;
    complaints.push_back(
        {file.path, i + 1,
         std::string(folder) + " must not include " + std::string(*included) +
             ": dependencies point one way, runtime -> app -> domain -> (http, ports, crypto) -> base"});
  }
  return complaints;
}

}  // namespace voyages::style
