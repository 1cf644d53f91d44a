#include "app/cli.h"

#ifdef VOYAGES_STATIC
#include <nss.h>
#endif

int main(int argc, char** argv) {
#ifdef VOYAGES_STATIC
  // Names are found in /etc/hosts and by DNS, whatever /etc/nsswitch.conf says: the other services that it may name are
  // shared libraries, made for the glibc of the machine and not for the one in here.
  __nss_configure_lookup("hosts", "files dns");
#endif
  return voyages::app::run_cli(argc, argv);
}
