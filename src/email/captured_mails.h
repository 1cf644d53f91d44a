#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "email/message.h"

namespace voyages::email {

/// What a list shows of a captured mail.
struct CapturedSummary {
  std::string id{};
  Mailbox from{};
  Mailbox to{};
  std::string subject{};
  Time date{};
};

/// A file that came with a captured mail. Its bytes are in the mail's source.
struct CapturedFile {
  std::string name{};
  std::int64_t size{};  // bytes
};

/// A captured mail as its reader sees it.
struct CapturedMail {
  CapturedSummary summary{};
  std::string message_id{};
  std::string text{};
  std::string html{};
  std::string unsubscribe_url{};
  std::vector<CapturedFile> attachments{};
};

/// Some of the captured mails, newest first.
struct CapturedPage {
  std::vector<CapturedSummary> items{};
  std::string next_cursor{};  // the id after which the next page begins; empty: there is none
};

/// The mails in a directory, two files each: `<mail_id>.eml`, for any mail program, and `<mail_id>.json`, for us. Ids
/// are UUIDv7, so the files' names sort by age. All of it is for the owner of the process alone (directory 0700, files
/// 0600), since mails hold links that let somebody in. Thread-safe; another process may change the directory meanwhile.
class CapturedMails {
 public:
  /// How many mails are kept; then the oldest go.
  static constexpr std::size_t most = 1000;

  /// The directory is made when the first mail comes.
  explicit CapturedMails(std::filesystem::path directory) : directory_(std::move(directory)) {}

  /// Writes a mail down; the same id again replaces it. Throws std::invalid_argument for what is no mail's id, and
  /// std::system_error when the disk refuses.
  void keep(std::string_view mail_id, const Message& message);

  /// At most `limit` mails that are older than `cursor`; from the newest on without one.
  [[nodiscard]] CapturedPage list(std::size_t limit, std::string_view cursor) const;
  [[nodiscard]] std::optional<CapturedMail> find(std::string_view mail_id) const;
  /// The mail as it would have gone over the wire.
  [[nodiscard]] std::optional<std::string> source(std::string_view mail_id) const;
  /// Where a mail's source is, or will be.
  [[nodiscard]] std::filesystem::path source_path(std::string_view mail_id) const;

  /// False when there was none.
  bool remove(std::string_view mail_id);
  void remove_all();
  /// Removes every mail to an address.
  void remove_to(std::string_view email_normalised);

 private:
  [[nodiscard]] std::filesystem::path path(std::string_view mail_id, std::string_view suffix) const;
  void write(std::string_view mail_id, std::string_view suffix, std::string_view bytes) const;
  [[nodiscard]] std::vector<std::string> ids(std::string_view suffix) const;
  bool remove_files(std::string_view mail_id) const;
  void remove_oldest() const;

  std::filesystem::path directory_;
  std::mutex writing_;
};

}  // namespace voyages::email
