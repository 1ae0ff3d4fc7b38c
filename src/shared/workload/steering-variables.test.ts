import { describe, expect, it } from 'vitest'
import { steeringFamilies, steeringFamilyOf } from './steering-variables.ts'

/** Names of each family, with those that were used to run code or to redirect traffic. */
const examples: Readonly<Record<string, string>> = {
  'the loader':
    'LD_PRELOAD LD_AUDIT LD_LIBRARY_PATH DYLD_INSERT_LIBRARIES GLIBC_TUNABLES MALLOC_TRACE ASAN_OPTIONS ld_preload',
  'which programs are found': 'PATH Path path PATHEXT ComSpec SystemRoot PSModulePath',
  'the shell':
    'BASH_ENV ENV IFS PS1 PS4 PROMPT_COMMAND SHELLOPTS ZDOTDIR INPUTRC FPATH CDPATH MAILPATH SHELL USER TERMINFO',
  'where programs keep their configuration': 'HOME XDG_CONFIG_HOME XDG_DATA_DIRS TMPDIR TEMP tmp APPDATA USERPROFILE',
  'the locale or the time zone': 'GCONV_PATH LOCPATH NLSPATH LANG LC_ALL TZ',
  'sudo or the services of the system': 'SUDO_ASKPASS DBUS_SESSION_BUS_ADDRESS DISPLAY PULSE_SERVER SYSTEMD_PAGER',
  Python:
    'PYTHONWARNINGS PYTHONPATH PYTHONSTARTUP PYTHONHOME PYTHONBREAKPOINT PYTHONINSPECT PYTHONUSERBASE PYTEST_ADDOPTS ' +
    'PYTEST_PLUGINS MPLBACKEND GUNICORN_CMD_ARGS COVERAGE_PROCESS_START JUPYTER_CONFIG_DIR DJANGO_SETTINGS_MODULE pythonpath',
  'the package managers of Python':
    'PIP_INDEX_URL PIP_CONFIG_FILE pip_index_url UV_INDEX_URL UV_PYTHON CONDA_EXE POETRY_CONFIG_DIR',
  'Node.js, Deno or Bun':
    'NODE_OPTIONS node_options NODE_PATH NODE_TLS_REJECT_UNAUTHORIZED NODE_EXTRA_CA_CERTS NODE_V8_COVERAGE ELECTRON_RUN_AS_NODE ' +
    'TS_NODE_PROJECT DENO_CERT BUN_OPTIONS BUN_INSPECT_PRELOAD',
  'npm, pnpm or Yarn':
    'npm_config_node_options NPM_CONFIG_REGISTRY Npm_Config_Script_Shell npm_config_userconfig npm_node_execpath YARN_RC_FILENAME ' +
    'YARN_YARN_PATH pnpm_config_registry COREPACK_NPM_REGISTRY',
  Ruby: 'RUBYOPT RUBYLIB GEM_HOME GEM_PATH BUNDLE_GEMFILE IRBRC SPEC_OPTS',
  'Perl or Raku': 'PERL5OPT PERL5LIB PERL5DB PERLLIB PERL_MM_OPT RAKULIB',
  'PHP or Composer': 'PHPRC PHP_INI_SCAN_DIR COMPOSER_HOME XDEBUG_CONFIG',
  'Lua, Tcl or Guile': 'LUA_INIT LUA_INIT_5_4 LUA_PATH LUA_CPATH_5_3 TCLLIBPATH GUILE_LOAD_PATH',
  'R, Julia, Octave or MATLAB':
    'R_PROFILE_USER R_ENVIRON R_LIBS JULIA_LOAD_PATH JULIA_DEPOT_PATH OCTAVE_PATH MATLABPATH',
  'Java and its build tools':
    'JAVA_TOOL_OPTIONS _JAVA_OPTIONS JDK_JAVA_OPTIONS CLASSPATH MAVEN_OPTS GRADLE_OPTS SBT_OPTS SPARK_SUBMIT_OPTS ' +
    'SPRING_APPLICATION_JSON SPRING_CONFIG_LOCATION CATALINA_OPTS KAFKA_LOG4J_OPTS',
  '.NET':
    'DOTNET_STARTUP_HOOKS DOTNET_ROOT COMPlus_ProfAPI CORECLR_PROFILER_PATH COR_PROFILER MSBuildSDKsPath NUGET_PACKAGES',
  Go: 'GOFLAGS GOPROXY GONOSUMDB GOAUTH GOTOOLCHAIN GOENV GODEBUG CGO_CFLAGS',
  Rust: 'CARGO_HOME CARGO_BUILD_RUSTC_WRAPPER CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER RUSTC_WRAPPER RUSTFLAGS RUSTUP_HOME',
  'other languages': 'ERL_FLAGS ERL_AFLAGS ELIXIR_ERL_OPTIONS GHCRTS OCAMLRUNPARAM PUB_HOSTED_URL SWIFT_EXEC',
  'compilers and build tools':
    'CC CXX CFLAGS LDFLAGS MAKEFLAGS GCC_EXEC_PREFIX CPATH CMAKE_TOOLCHAIN_FILE CONFIG_SHELL CCACHE_PREFIX',
  'the compilers of Microsoft': '_CL_ CL LINK _LINK_',
  'Git or another version control':
    'GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_CONFIG_VALUE_0 GIT_CONFIG_GLOBAL GIT_SSH_COMMAND GIT_ASKPASS GIT_EXTERNAL_DIFF ' +
    'GIT_EXEC_PATH GIT_TEMPLATE_DIR GIT_PROXY_COMMAND GIT_SSL_NO_VERIFY HGRCPATH SVN_SSH CVS_RSH GH_HOST P4CONFIG',
  'SSH, rsync, GnuPG or Kerberos':
    'SSH_ASKPASS SSH_AUTH_SOCK SSH_SK_PROVIDER RSYNC_RSH GNUPGHOME KRB5_CONFIG LDAPTLS_REQCERT',
  'TLS and its certificate authorities':
    'SSL_CERT_FILE SSL_CERT_DIR SSLKEYLOGFILE OPENSSL_CONF OPENSSL_MODULES REQUESTS_CA_BUNDLE CURL_CA_BUNDLE ' +
    'GRPC_DEFAULT_SSL_ROOTS_FILE_PATH ssl_cert_file',
  'which proxy requests take': 'http_proxy HTTP_PROXY Https_Proxy ALL_PROXY all_proxy no_proxy FTP_PROXY SOCKS_SERVER',
  'how host names are looked up': 'HOSTALIASES LOCALDOMAIN RES_OPTIONS RESOLV_HOST_CONF',
  'where the programs of Gradient send their key':
    'PAPERSPACE_CONFIG_HOST PAPERSPACE_CONFIG_LOG_HOST GRADIENT_SERVER gradient_server PAPERSPACE_WEB_URL',
  'which browser, editor or pager is started':
    'BROWSER EDITOR VISUAL PAGER LESSOPEN LESSCLOSE LESS MANPAGER VIMINIT FZF_DEFAULT_COMMAND RIPGREP_CONFIG_PATH CHROME_BIN editor',
  'a tool for downloads, archives or text':
    'CURL_HOME WGETRC SYSTEM_WGETRC NETRC TAR_OPTIONS GZIP AWKPATH MAGICK_CODER_MODULE_PATH',
  'a database client': 'PGHOST PGSERVICEFILE PGSSLMODE PSQLRC PSQL_PAGER MYSQL_HOME LIBMYSQL_PLUGINS TNS_ADMIN ODBCINI',
  'the modules of graphics and desktop libraries':
    'GTK_MODULES GIO_MODULE_DIR GST_PLUGIN_PATH QT_PLUGIN_PATH VK_LAYER_PATH OCL_ICD_FILENAMES',
  'the libraries of training and inference':
    'CUDA_INJECTION64_PATH NCCL_NET_PLUGIN NCCL_TUNER_PLUGIN OMP_TOOL_LIBRARIES TORCH_EXTENSIONS_DIR TORCHINDUCTOR_CACHE_DIR ' +
    'TRITON_CACHE_DIR TRITON_PTXAS_PATH XLA_FLAGS PJRT_NAMES_AND_LIBRARY_PATHS HF_HOME HF_MODULES_CACHE KERAS_BACKEND ' +
    'VLLM_PLUGINS VLLM_NCCL_SO_PATH',
  'how training starts on many machines':
    'OMPI_MCA_plm_rsh_agent I_MPI_HYDRA_BOOTSTRAP_EXEC SLURM_CONF RAY_ADDRESS RAY_RUNTIME_ENV_HOOK DASK_DISTRIBUTED__WORKER__PRELOAD ' +
    'AIRFLOW__CORE__FERNET_KEY_CMD MLFLOW_TRACKING_URI WANDB_BASE_URL MASTER_ADDR',
  'containers, clusters or infrastructure':
    'DOCKER_HOST DOCKER_CONFIG KUBECONFIG KUBERNETES_SERVICE_HOST KUBECTL_EXTERNAL_DIFF HELM_PLUGINS TF_CLI_CONFIG_FILE ' +
    'TF_CLI_ARGS_plan ANSIBLE_CONFIG VAULT_ADDR SINGULARITYENV_LD_PRELOAD CONTAINERS_CONF',
  'the client of a cloud or a vault':
    'AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE AWS_ENDPOINT_URL AWS_ENDPOINT_URL_S3 AWS_CA_BUNDLE AWS_PAGER ' +
    'AWS_CONTAINER_CREDENTIALS_FULL_URI CLOUDSDK_PYTHON GCE_METADATA_HOST GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES ' +
    'AZURE_CONFIG_DIR STORAGE_EMULATOR_HOST BOTO_CONFIG RCLONE_PASSWORD_COMMAND',
  'where the client of a service sends its key':
    'OPENAI_BASE_URL ANTHROPIC_BASE_URL HF_ENDPOINT OLLAMA_HOST OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
}

const names = (list: string): string[] => list.split(' ').filter(Boolean)

describe('a name that steers other programs', () => {
  it.each(Object.entries(examples))('is known: %s', (steers, list) => {
    expect(names(list).map((name) => [name, steeringFamilyOf(name)?.steers])).toEqual(
      names(list).map((name) => [name, steers]),
    )
  })

  it('has an example of each family', () => {
    expect(Object.keys(examples)).toEqual(steeringFamilies.map(({ steers }) => steers))
  })

  it('is matched in small letters only where programs do so', () => {
    for (const name of ['ifs', 'Env', 'shell', 'user', 'lang', 'cc', 'Make']) {
      expect([name, steeringFamilyOf(name)]).toEqual([name, undefined])
    }
  })
})

describe('a name that a service’s key or a workload’s own setting has', () => {
  it.each(
    names(
      'API_KEY DATABASE_URL DATABASE_PASSWORD REDIS_URL PASSWORD USERNAME SECRET_KEY JWT_SECRET TOKEN OPENAI_API_KEY ' +
        'ANTHROPIC_API_KEY HF_TOKEN HUGGING_FACE_HUB_TOKEN WANDB_API_KEY COMET_API_KEY AWS_ACCESS_KEY_ID ' +
        'AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_REGION AWS_DEFAULT_REGION GITHUB_TOKEN GH_TOKEN GITLAB_TOKEN GIT_TOKEN ' +
        'GIT_PASSWORD NPM_TOKEN NODE_AUTH_TOKEN NODE_ENV YARN_NPM_AUTH_TOKEN CARGO_REGISTRY_TOKEN ' +
        'CARGO_REGISTRIES_MINE_TOKEN UV_PUBLISH_TOKEN UV_INDEX_MINE_PASSWORD UV_INDEX_MINE_USERNAME ' +
        'POETRY_PYPI_TOKEN_MINE POETRY_HTTP_BASIC_MINE_PASSWORD TWINE_PASSWORD COMPOSER_AUTH NUGET_API_KEY ' +
        'HOMEBREW_GITHUB_API_TOKEN PGPASSWORD PGUSER PGDATABASE PGPORT MYSQL_PWD VAULT_TOKEN VAULT_NAMESPACE TF_VAR_key TF_TOKEN_app ' +
        'ANSIBLE_VAULT_PASSWORD HELM_KUBETOKEN SSHPASS RSYNC_PASSWORD BORG_PASSPHRASE RESTIC_PASSWORD MLFLOW_TRACKING_TOKEN ' +
        'AIRFLOW__CORE__FERNET_KEY AIRFLOW__DATABASE__SQL_ALCHEMY_CONN SENTRY_DSN STRIPE_SECRET_KEY TG_BOT_TOKEN VK_TOKEN ' +
        'PAPERSPACE_API_KEY GRADIENT_API_KEY PYPI_TOKEN PORT HOST MY_PATH OLD_PRELOAD PYTH HTTP_PROXY_PASSWORD',
    ),
  )('is not one of them: %s', (name) => {
    expect(steeringFamilyOf(name)).toBeUndefined()
  })
})

describe('the list', () => {
  it('has each name once', () => {
    const all = steeringFamilies.flatMap((family) => names(family.names))
    expect(all.filter((name, index) => all.indexOf(name) !== index)).toEqual([])
  })

  it('has names and prefixes of variables only, and few prefixes', () => {
    const all = steeringFamilies.flatMap((family) => names(family.names))
    expect(all.filter((name) => !/^(?:[A-Za-z_*][A-Za-z0-9_*]+|[A-Za-z_])$/.test(name))).toEqual([])
    expect(all.filter((name) => name.includes('*')).length).toBeLessThan(all.length / 8)
  })

  it('gives a reason for each family', () => {
    for (const { reason } of steeringFamilies) expect(reason).toMatch(/^.{12,130}\.$/)
  })
})
