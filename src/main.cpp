#include "app/cli.h"

int main(int argc, char** argv) { return voyages::app::run_cli(argc, argv); }
