#include "email/captured_mails.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <functional>
#include <set>
#include <stdexcept>
#include <system_error>

#include "base/email_address.h"
#include "base/strict_json.h"
#include "base/uuid.h"
#include "email/mime.h"

namespace voyages::email {

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::string_view source_suffix = ".eml";
constexpr std::string_view fields_suffix = ".json";  // written last: a mail is there once this is
constexpr std::string_view draft_suffix = ".draft";
constexpr std::size_t id_length = 36;

[[noreturn]] void throw_errno(std::string_view action, const fs::path& file) {
  throw std::system_error(errno, std::generic_category(), std::string(action) + ' ' + file.string());
}

void write_private_file(const fs::path& file, std::string_view bytes) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) throw_errno("cannot write", file);
  while (!bytes.empty()) {
    const auto written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const int reason = errno;
      ::close(descriptor);
      errno = reason;
      throw_errno("cannot write", file);
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  ::close(descriptor);
}

// Nothing when there is no such file, as when it has just been removed.
std::optional<std::string> read_file(const fs::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (descriptor < 0 && errno == ENOENT) return std::nullopt;
  if (descriptor < 0) throw_errno("cannot read", file);
  std::string bytes;
  char buffer[64 * 1024];
  ssize_t count = 0;
  while ((count = ::read(descriptor, buffer, sizeof buffer)) != 0) {
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) break;
    bytes.append(buffer, static_cast<std::size_t>(count));
  }
  const int reason = errno;
  ::close(descriptor);
  errno = reason;
  if (count < 0) throw_errno("cannot read", file);
  return bytes;
}

json::object to_json(const Mailbox& mailbox) { return {{"name", mailbox.name}, {"address", mailbox.address}}; }

std::string to_json(const Message& message) {
  json::array attachments;
  for (const auto& attachment : message.attachments) {
    attachments.push_back({{"name", attachment.filename}, {"size", attachment.bytes.size()}});
  }
  return json::serialize(json::object{{"from", to_json(message.from)},
                                      {"to", to_json(message.to)},
                                      {"subject", message.content.subject},
                                      {"date", to_rfc3339(message.date)},
                                      {"message_id", message.message_id},
                                      {"text", message.content.text},
                                      {"html", message.content.html},
                                      {"unsubscribe_url", message.unsubscribe_url},
                                      {"attachments", std::move(attachments)}});
}

// A field that is absent or of another type is empty: the files can be edited by hand.
std::string text_of(const json::object& object, std::string_view name) {
  const auto* member = object.if_contains(name);
  const auto* text = member ? member->if_string() : nullptr;
  return text ? std::string(*text) : std::string();
}

Mailbox mailbox_of(const json::object& object, std::string_view name) {
  const auto* member = object.if_contains(name);
  const auto* mailbox = member ? member->if_object() : nullptr;
  return mailbox ? Mailbox{text_of(*mailbox, "name"), text_of(*mailbox, "address")} : Mailbox{};
}

std::vector<CapturedFile> files_of(const json::object& object) {
  const auto* member = object.if_contains("attachments");
  const auto* list = member ? member->if_array() : nullptr;
  std::vector<CapturedFile> files;
  if (!list) return files;
  for (const auto& element : *list) {
    const auto* file = element.if_object();
    const auto* size = file ? file->if_contains("size") : nullptr;
    if (file) files.push_back({text_of(*file, "name"), size && size->is_int64() ? size->get_int64() : 0});
  }
  return files;
}

std::optional<CapturedMail> from_json(std::string_view mail_id, std::string_view text) {
  const auto parsed = parse_strict_json(text);
  const auto* object = parsed ? parsed->if_object() : nullptr;
  if (!object) return std::nullopt;
  return CapturedMail{.summary = {.id = std::string(mail_id),
                                  .from = mailbox_of(*object, "from"),
                                  .to = mailbox_of(*object, "to"),
                                  .subject = text_of(*object, "subject"),
                                  .date = parse_rfc3339(text_of(*object, "date")).value_or(Time{})},
                      .message_id = text_of(*object, "message_id"),
                      .text = text_of(*object, "text"),
                      .html = text_of(*object, "html"),
                      .unsubscribe_url = text_of(*object, "unsubscribe_url"),
                      .attachments = files_of(*object)};
}

}  // namespace

fs::path CapturedMails::path(std::string_view mail_id, std::string_view suffix) const {
  return directory_ / (std::string(mail_id) += suffix);
}

fs::path CapturedMails::source_path(std::string_view mail_id) const { return path(mail_id, source_suffix); }

void CapturedMails::keep(std::string_view mail_id, const Message& message) {
  // It becomes a file's name, and came through a queue.
  if (!is_uuid7(mail_id)) throw std::invalid_argument("a captured mail needs a mail's id");
  const auto source = to_mime(message);
  const std::lock_guard lock(writing_);
  fs::create_directories(directory_);
  fs::permissions(directory_, fs::perms::owner_all);
  write(mail_id, source_suffix, source);
  write(mail_id, fields_suffix, to_json(message));
  remove_oldest();
}

// A reader sees the old file or the new one, never a part. Not synced to the disk: these are mails of a set-up that has
// no mail server, where a power cut may take the last one.
void CapturedMails::write(std::string_view mail_id, std::string_view suffix, std::string_view bytes) const {
  const auto draft = path(mail_id, draft_suffix);
  write_private_file(draft, bytes);
  fs::rename(draft, path(mail_id, suffix));
}

// Newest first. With an empty suffix: of whatever files there are, such as a draft that a crash left behind.
std::vector<std::string> CapturedMails::ids(std::string_view suffix) const {
  std::set<std::string, std::greater<>> found;
  std::error_code none;  // no directory, no mails
  for (const auto& entry : fs::directory_iterator(directory_, none)) {
    const auto name = entry.path().filename().native();
    const auto id = name.substr(0, id_length);
    if (is_uuid7(id) && (suffix.empty() || name.substr(id_length) == suffix)) found.insert(id);
  }
  return {found.begin(), found.end()};
}

CapturedPage CapturedMails::list(std::size_t limit, std::string_view cursor) const {
  CapturedPage page;
  for (const auto& id : ids(fields_suffix)) {
    if (!cursor.empty() && id >= cursor) continue;
    if (page.items.size() == limit) {
      page.next_cursor = page.items.back().id;
      break;
    }
    if (auto mail = find(id)) page.items.push_back(std::move(mail->summary));
  }
  return page;
}

std::optional<CapturedMail> CapturedMails::find(std::string_view mail_id) const {
  if (!is_uuid7(mail_id)) return std::nullopt;
  const auto text = read_file(path(mail_id, fields_suffix));
  return text ? from_json(mail_id, *text) : std::nullopt;
}

std::optional<std::string> CapturedMails::source(std::string_view mail_id) const {
  return is_uuid7(mail_id) ? read_file(source_path(mail_id)) : std::nullopt;
}

bool CapturedMails::remove(std::string_view mail_id) {
  const std::lock_guard lock(writing_);
  return is_uuid7(mail_id) && remove_files(mail_id);
}

void CapturedMails::remove_all() {
  const std::lock_guard lock(writing_);
  for (const auto& id : ids("")) remove_files(id);
}

void CapturedMails::remove_to(std::string_view email_normalised) {
  const std::lock_guard lock(writing_);
  for (const auto& id : ids(fields_suffix)) {
    const auto mail = find(id);
    const auto to = mail ? Email::parse(mail->summary.to.address) : std::unexpected(invalid_email);
    if (to && to->text() == email_normalised) remove_files(id);
  }
}

bool CapturedMails::remove_files(std::string_view mail_id) const {
  const bool was_there = fs::remove(path(mail_id, fields_suffix));
  fs::remove(path(mail_id, source_suffix));
  fs::remove(path(mail_id, draft_suffix));
  return was_there;
}

void CapturedMails::remove_oldest() const {
  const auto all = ids("");
  for (std::size_t i = most; i < all.size(); ++i) remove_files(all[i]);
}

}  // namespace voyages::email
