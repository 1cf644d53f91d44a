#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/credentials.h"
#include "aws/profile.h"
#include "base/program.h"

namespace voyages::aws {

/// Reads the JSON that a `credential_process` prints, and so does `aws configure export-credentials`: version 1, with
/// or without a session token and an expiration. Nothing when a member is missing or has another form.
std::optional<Credentials> parse_program_credentials(std::string_view json);

/// The words of a `credential_process`, divided as a shell divides them, but with nothing replaced. Nothing when a
/// quotation mark has no partner.
std::optional<std::vector<std::string>> split_command(std::string_view command);

/// Whether the profile is one that the AWS CLI can make credentials of, and we cannot: those of a single sign-on, of
/// `aws login`, or of another role.
bool needs_aws_cli(const Profile& profile);

/// The credentials of such a profile, by `aws configure export-credentials`. Throws `Unavailable` with a sentence that
/// says what to do.
Credentials credentials_by_aws_cli(const Profile& profile, const ProgramLimits& limits);

/// The credentials that the profile's `credential_process` prints. Throws `Unavailable`.
Credentials credentials_by_process(const Profile& profile, const ProgramLimits& limits);

}  // namespace voyages::aws
