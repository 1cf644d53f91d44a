#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "email/captured_mails.h"
#include "email/emails.h"
#include "email/feedback.h"
#include "email/transport.h"
#include "part/part.h"

namespace voyages::email {

/// How mail leaves: what the engine offers this part.
struct Outlet {
  Transport& transport;
  CapturedMails* captured_mails = nullptr;  // where the transport puts mails for people to read, if it does
  /// Reads what the service behind the transport tells of mails later; nullopt for other messages. None: it tells
  /// nothing.
  std::function<std::optional<Feedback>(std::string_view message)> read_feedback{};
};

/// Mail. Offers `Outbox` to those that send some, and `Emails`.
part::Part make_part();

/// The sender of mails when no setting names one: `noreply@` this host, or `noreply@localhost` if the host is an IP
/// address, from which no mail can come.
std::string default_sender(std::string_view public_host);

/// Where the operator's own templates are.
std::filesystem::path templates_folder(const EmailOptions& options, const std::filesystem::path& data);

}  // namespace voyages::email
