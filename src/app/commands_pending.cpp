#include <stdexcept>

#include "app/commands.h"

namespace voyages::app {

namespace {

[[noreturn]] void absent(const char* command) {
  throw std::logic_error(std::string(command) + " is not part of this build");
}

}  // namespace

int serve(const Config&) { absent("serve"); }
int user_add(const Config&, const UserAdd&) { absent("user add"); }
int user_list(const Config&) { absent("user list"); }
int user_show(const Config&, const Email&) { absent("user show"); }
int user_disable(const Config&, const Email&) { absent("user disable"); }
int user_enable(const Config&, const Email&) { absent("user enable"); }
int user_role(const Config&, const UserRoles&) { absent("user role"); }
int user_delete(const Config&, const Email&) { absent("user delete"); }
int user_password(const Config&, const Email&, const Secret&) { absent("user password"); }
int user_invite(const Config&, const Email&, const std::vector<std::string>&) { absent("user invite"); }
int keys_list(const Config&) { absent("keys list"); }
int keys_rotate(const Config&, bool) { absent("keys rotate"); }
int print_openapi(const Config&) { absent("openapi"); }
int backup(const Config&, const std::filesystem::path&) { absent("backup"); }
int restore(const Config&, const std::filesystem::path&) { absent("restore"); }

}  // namespace voyages::app
