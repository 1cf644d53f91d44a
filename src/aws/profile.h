#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/secret.h"

namespace voyages::aws {

/// One section of a profile file: its settings by lower-case name. A nested setting is named `outer.inner`.
using ProfileSettings = std::map<std::string, Secret, std::less<>>;

/// A profile file, `~/.aws/config` or `~/.aws/credentials`, by section. Lines that are neither a section, a setting nor
/// a comment are passed over, as the AWS tools do.
using ProfileFile = std::map<std::string, ProfileSettings, std::less<>>;

ProfileFile parse_profile_file(std::string_view text);

/// What both files say of the profile that AWS_PROFILE names, or of `default`; the credentials file's word goes first.
struct Profile {
  std::string name;
  bool exists = false;
  ProfileSettings settings{};
  ProfileSettings services{};  // of the section that its setting `services` names
  std::string files{};         // where they were looked for, for people
};

/// Reads the files that AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE name, or those in ~/.aws. A file that is not
/// there is an empty one. Throws `Unavailable` when one cannot be read, or is larger than 1 MB.
Profile read_profile();

}  // namespace voyages::aws
