#include <algorithm>
#include <array>
#include <optional>
#include <span>

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
const std::vector<std::string_view> domain_arrows{"base/",
                                                  "crypto/",
                                                  "http/",
                                                  "part/",
                                                  "store/table.h",
                                                  "store/queue.h",
                                                  "store/blobs.h",
                                                  "store/list.h",
                                                  "store/counter.h",
                                                  "store/record.h",
                                                  "store/item_kind.h",
                                                  "store/pending.h",
                                                  "store/dead_letters.h",
                                                  "email/outbox.h"};

/// A part of a domain's folder, and the other rooms of that domain that it may look into.
struct Room {
  std::string_view folder;
  std::vector<std::string_view> sees;
};

// The innermost first: a file belongs to the first room that its path begins with.
const std::array rooms{
    Room{"auth/account/", {"auth/", "auth/oauth/", "auth/federation/"}},
    Room{"auth/federation/", {"auth/", "auth/oauth/"}},
    Room{"auth/oauth/", {"auth/"}},
    Room{"auth/", {}},
};

// The files that put the rooms of a domain together.
constexpr std::array<std::string_view, 2> knows_all_rooms{"auth/routes.", "auth/part."};

// The places where everything is put together.
constexpr std::array<std::string_view, 2> knows_all{"src/app/", "src/main.cpp"};

// Of these, the ones that name services. All others go by the list of parts.
constexpr std::array<std::string_view, 2> names_services{"src/app/parts.", "src/app/mail_fitting."};

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

bool begins_with_any(std::string_view path, std::span<const std::string_view> places) {
  return std::ranges::any_of(places, [&](std::string_view place) { return path.starts_with(place); });
}

bool is_of_a_service(std::string_view included) {
  const auto folder = included.substr(0, included.find('/') + 1);
  return !folder.empty() && folder != "app/" && std::ranges::find(arrows, folder, &Arrows::folder) == arrows.end();
}

const Room* room_of(std::string_view path) {
  const auto* room =
      std::ranges::find_if(rooms, [&](const Room& candidate) { return path.starts_with(candidate.folder); });
  return room == rooms.end() ? nullptr : room;
}

bool allowed_in_room(std::string_view path, std::string_view included) {
  const auto* room = room_of(path);
  const auto* other = room_of(included);
  if (!room || !other || room == other || begins_with_any(path, knows_all_rooms)) return true;
  return std::ranges::find(room->sees, other->folder) != room->sees.end();
}

}  // namespace

std::vector<Complaint> check_includes(const SourceFile& file) {
  constexpr std::string_view source = "src/";
  const std::string_view path = file.path;
  if (!path.starts_with(source) || begins_with_any(path, names_services)) return {};
  const bool in_app = begins_with_any(path, knows_all);
  const auto inside = path.substr(source.size());
  const auto folder = inside.substr(0, inside.find('/') + 1);

  std::vector<Complaint> complaints;
  const auto lines = lines_of(file.text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto included = quoted_include(lines[i]);
    if (!included) continue;
    if (in_app) {
      if (!is_of_a_service(*included)) continue;
      complaints.push_back({file.path, i + 1,
                            "app/ must not include " + std::string(*included) +
                                ": it knows services by app/parts.cpp and app/mail_fitting.cpp alone"});
    } else if (!allowed(folder, *included)) {
      complaints.push_back(
          {file.path, i + 1,
           std::string(folder) + " must not include " + std::string(*included) +
               ": dependencies point one way, runtime -> app -> domain -> (http, ports, crypto) -> base"});
    } else if (!allowed_in_room(inside, *included)) {
      complaints.push_back({file.path, i + 1,
                            std::string(room_of(inside)->folder) + " must not include " + std::string(*included) +
                                ": its rooms see one another one way alone, as tests/style/includes.cpp lists them"});
    }
  }
  return complaints;
}

}  // namespace voyages::style
