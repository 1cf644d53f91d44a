#pragma once

#include <filesystem>

#include "email/captured_mails.h"
#include "email/emails.h"
#include "email/transport.h"
#include "part/part.h"

namespace voyages::email {

/// How mail leaves: what the engine offers this part.
struct Outlet {
  Transport& transport;
  CapturedMails* captured_mails = nullptr;  // where the transport puts mails for people to read, if it does
};

/// Mail. Offers `Outbox` to those that send some, and `Emails`.
part::Part make_part();

/// Where the operator's own templates are.
std::filesystem::path templates_folder(const EmailOptions& options, const std::filesystem::path& data);

}  // namespace voyages::email
