# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs Ansible's modules on hosts that only JOB's agent reaches: each command is one job."""
from __future__ import annotations

DOCUMENTATION = r"""
name: job
short_description: Run Ansible on hosts that only the agent of BlueKing JOB reaches
description:
  - Each command that Ansible runs on a host is one job (a script that is run at once) of BlueKing JOB. Nothing but BlueKing's agent has to be on the host, and
    what a module needs itself (for most of them Python).
  - A command is started at most once. If it certainly did not run, the host is unreachable. If that is not certain, the task fails, and the message
    names the job, or the name to look for in JOB.
  - What a task sends and gets back is encrypted, so that JOB's history does not show it (O(conceal)).
  - A command takes at least a second or two, because JOB asks its agents once a second.
version_added: 0.1.0
author:
  - blueking.job contributors (!UNKNOWN)
notes:
  - The host needs C(/bin/sh) and C(openssl), or C(base64) and C(sha256sum) with O(conceal=false), and a writable C(/tmp). C(gzip) is used if it is there.
  - A command has the home directory and shell of its user, the system's C(PATH), language and C(/etc/environment), umask 022, and the home directory as
    its working directory, as after a login. It has nothing of the agent's environment.
  - C(become) works where it asks for no password. It is refused with one, because a command has no terminal. Use O(account) instead.
  - Windows hosts are refused.
extends_documentation_fragment:
  - blueking.job.arguments.connection
  - blueking.job.arguments.scope
options:
  remote_addr:
    description:
      - The IPv4 address of the host in BlueKing's CMDB, with O(bk_cloud_id). It is not used with O(bk_host_id).
    type: str
    default: inventory_hostname
    vars: [{name: inventory_hostname}, {name: ansible_host}, {name: ansible_job_host}]
  bk_host_id:
    description:
      - The ID of the host in BlueKing's CMDB. JOB knows it from version 3.7 on.
    type: int
    vars: [{name: bk_host_id}, {name: ansible_job_bk_host_id}]
  bk_cloud_id:
    description:
      - The ID of the cloud area of O(remote_addr).
    type: int
    default: 0
    vars: [{name: bk_cloud_id}, {name: ansible_job_bk_cloud_id}]
    env: [{name: BK_JOB_BK_CLOUD_ID}]
    ini: [{section: job_connection, key: bk_cloud_id}]
  remote_user:
    description:
      - The user of the task. It is the account if O(account) is not given.
    type: str
    vars: [{name: ansible_user}]
    env: [{name: ANSIBLE_REMOTE_USER}]
    ini: [{section: defaults, key: remote_user}]
    keyword: [{name: remote_user}]
    cli: [{name: user, option: --user}]
  account:
    description:
      - The alias of the account in JOB that runs the commands. It is a user of the host's operating system, so it replaces most of C(become).
      - If not given, it is O(remote_user), and without that C(root).
      - Where the alias is not the user's name, set C(ansible_remote_tmp) to an absolute path, because Ansible takes the alias for the user, and there is no
        home directory of that name.
    type: str
    vars: [{name: ansible_job_account}]
    env: [{name: BK_JOB_ACCOUNT}]
    ini: [{section: job_connection, key: account}]
  command_timeout:
    description:
      - The number of seconds after which JOB ends a command, from 1 to 259200 (86400 with JOB before 3.7). A business may have a lower limit.
    type: int
    default: 7200
    vars: [{name: ansible_job_command_timeout}]
    env: [{name: BK_JOB_COMMAND_TIMEOUT}]
    ini: [{section: job_connection, key: command_timeout}]
  quota_timeout:
    description:
      - For how many seconds to ask again while JOB refuses a command because of a limit on the number of running jobs.
    type: float
    default: 300
    vars: [{name: ansible_job_quota_timeout}]
    env: [{name: BK_JOB_QUOTA_TIMEOUT}]
    ini: [{section: job_connection, key: quota_timeout}]
  poll_interval:
    description:
      - The pause between two requests for a job's state during its first ten seconds, in seconds. The first request comes after 2.4 times that
        time, a moment after JOB has first asked the agent. After ten seconds the pauses grow, as those of JOB itself do.
      - The default fits JOB, which asks an agent once a second. A smaller value, down to 0.01, only helps where JOB is asked to poll more often, as the
        simulator can be.
    type: float
    default: 0.5
    vars: [{name: ansible_job_poll_interval}]
    env: [{name: BK_JOB_POLL_INTERVAL}]
    ini: [{section: job_connection, key: poll_interval}]
  task_name:
    description:
      - The name of a command's job in JOB's history. After 150 characters it is cut. A unique mark is appended to it, by which a job
        is found again.
      - "If not given, it is C(ansible: TASK on HOST), with the task's name, or the module's if it has none."
    type: str
    vars: [{name: ansible_job_task_name}]
    env: [{name: BK_JOB_TASK_NAME}]
    ini: [{section: job_connection, key: task_name}]
  conceal:
    description:
      - Whether the command, its input and its output are encrypted in JOB's history, with a key for each command that is the job's sensitive parameter. JOB
        shows that masked, and keeps it encrypted from version 3.8 on.
      - With V(false) they are only encoded, and whoever may view the job in JOB can read them.
      - JOB's own service log contains the parameter in clear text, and so do the database of JOB before 3.8, and the host's list of processes while the
        command runs.
    type: bool
    default: true
    vars: [{name: ansible_job_conceal}]
    env: [{name: BK_JOB_CONCEAL}]
    ini: [{section: job_connection, key: conceal}]
  pipelining:
    description:
      - Whether a module is sent as the input of its command, so that it takes one job, and no file on the host. Without it a module takes several jobs.
    type: bool
    default: true
    vars: [{name: ansible_pipelining}, {name: ansible_job_pipelining}]
    env: [{name: BK_JOB_PIPELINING}]
    ini: [{section: job_connection, key: pipelining}]
  name_of_task:
    description:
      - The task's name, for O(task_name). It is not meant to be set.
    type: str
    keyword: [{name: name}]
  name_of_module:
    description:
      - The module's name, for O(task_name). It is not meant to be set.
    type: str
    keyword: [{name: action}]
  name_of_host:
    description:
      - The host's name in the inventory, for O(task_name). It is not meant to be set.
    type: str
    vars: [{name: inventory_hostname}]
  api_url:
    description:
      - The address of the gateway to JOB, as for M(blueking.job.execute_job_plan). The part of the path that is missing is appended.
      - Of the environment variables E(BK_JOB_API_URL) counts first, then E(BK_COMPONENT_API_URL) (O(gateway=esb)) or E(BK_API_URL_TMPL)
        (O(gateway=apigw)). They are read on the controller.
    vars: [{name: ansible_job_api_url}]
    env: [{name: BK_JOB_API_URL}, {name: BK_COMPONENT_API_URL}, {name: BK_API_URL_TMPL}]
    ini: [{section: job_connection, key: api_url}]
  gateway:
    vars: [{name: ansible_job_gateway}]
    env: [{name: BK_JOB_GATEWAY}]
    ini: [{section: job_connection, key: gateway}]
  bk_app_code:
    vars: [{name: ansible_job_bk_app_code}]
    env: [{name: BK_APP_CODE}, {name: BKPAAS_APP_ID}]
    ini: [{section: job_connection, key: bk_app_code}]
  bk_app_secret:
    vars: [{name: ansible_job_bk_app_secret}]
    env: [{name: BK_APP_SECRET}, {name: BKPAAS_APP_SECRET}]
    ini: [{section: job_connection, key: bk_app_secret}]
  bk_token:
    vars: [{name: ansible_job_bk_token}]
    env: [{name: BK_TOKEN}]
    ini: [{section: job_connection, key: bk_token}]
  bk_username:
    vars: [{name: ansible_job_bk_username}]
    env: [{name: BK_USERNAME}]
    ini: [{section: job_connection, key: bk_username}]
  access_token:
    vars: [{name: ansible_job_access_token}]
    env: [{name: BK_JOB_ACCESS_TOKEN}]
    ini: [{section: job_connection, key: access_token}]
  credentials_in:
    vars: [{name: ansible_job_credentials_in}]
    env: [{name: BK_JOB_CREDENTIALS_IN}]
    ini: [{section: job_connection, key: credentials_in}]
  validate_certs:
    vars: [{name: ansible_job_validate_certs}]
    env: [{name: BK_JOB_VALIDATE_CERTS}]
    ini: [{section: job_connection, key: validate_certs}]
  ca_path:
    vars: [{name: ansible_job_ca_path}]
    env: [{name: BK_JOB_CA_PATH}]
    ini: [{section: job_connection, key: ca_path}]
  client_cert:
    vars: [{name: ansible_job_client_cert}]
    env: [{name: BK_JOB_CLIENT_CERT}]
    ini: [{section: job_connection, key: client_cert}]
  client_key:
    vars: [{name: ansible_job_client_key}]
    env: [{name: BK_JOB_CLIENT_KEY}]
    ini: [{section: job_connection, key: client_key}]
  request_timeout:
    vars: [{name: ansible_job_request_timeout}]
    env: [{name: BK_JOB_REQUEST_TIMEOUT}]
    ini: [{section: job_connection, key: request_timeout}]
  request_retries:
    vars: [{name: ansible_job_request_retries}]
    env: [{name: BK_JOB_REQUEST_RETRIES}]
    ini: [{section: job_connection, key: request_retries}]
  language:
    vars: [{name: ansible_job_language}]
    env: [{name: BK_JOB_LANGUAGE}]
    ini: [{section: job_connection, key: language}]
  bk_tenant_id:
    vars: [{name: ansible_job_bk_tenant_id}]
    env: [{name: BK_JOB_TENANT_ID}, {name: BK_JOB_BK_TENANT_ID}]
    ini: [{section: job_connection, key: bk_tenant_id}]
  job_web_url:
    vars: [{name: ansible_job_job_web_url}]
    env: [{name: BK_JOB_WEB_URL}, {name: BK_JOB_JOB_WEB_URL}]
    ini: [{section: job_connection, key: job_web_url}]
  bk_biz_id:
    description:
      - The ID of the business (业务) that the hosts belong to. JOB takes an ID from 8000000 to 9999999 for a business set.
      - Either this option or O(bk_scope_type) and O(bk_scope_id) are required. What variables or C(ansible.cfg) say of the scope replaces all that
        the environment says of it.
    vars: [{name: ansible_job_bk_biz_id}]
    env: [{name: BK_JOB_BK_BIZ_ID}]
    ini: [{section: job_connection, key: bk_biz_id}]
  bk_scope_type:
    description:
      - The type of the scope that the hosts belong to. V(biz) is a business, V(biz_set) a business set, and V(tenant_set) all business sets of a
        tenant (JOB 3.12 and newer).
    vars: [{name: ansible_job_bk_scope_type}]
    env: [{name: BK_JOB_BK_SCOPE_TYPE}]
    ini: [{section: job_connection, key: bk_scope_type}]
  bk_scope_id:
    vars: [{name: ansible_job_bk_scope_id}]
    env: [{name: BK_JOB_BK_SCOPE_ID}]
    ini: [{section: job_connection, key: bk_scope_id}]
"""

from typing import Any

from ansible import constants
from ansible.errors import AnsibleError
from ansible.module_utils.common.text.converters import to_bytes, to_text
from ansible.plugins.connection import ConnectionBase
from ansible.utils.display import Display
from ansible_collections.blueking.job.plugins.module_utils.errors import JobError
from ansible_collections.blueking.job.plugins.plugin_utils.connection import files, settings
from ansible_collections.blueking.job.plugins.plugin_utils.connection.execution import execute
from ansible_collections.blueking.job.plugins.plugin_utils.connection.route import Route

LARGEST_INPUT = files.PIECE
NO_PASSWORD = ("become with a password does not work over JOB, because a command has no terminal: use the account of that user (ansible_job_account), "
               "or allow become without a password")
NO_WINDOWS = "the connection blueking.job.job runs commands with /bin/sh, so it cannot be used for Windows hosts (ansible_shell_type)"
display = Display()


class Connection(ConnectionBase):  # type: ignore[misc]  # Ansible has no types, so its class is Any
    """Each command is a job of its own, so there is nothing to connect to."""

    transport = "blueking.job.job"
    has_pipelining = True

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._route: Route | None = None

    def set_options(self, task_keys: Any = None, var_options: Any = None, direct: Any = None) -> None:
        """Ansible asks for the user by remote_user only."""
        definitions = constants.config.get_configuration_definitions("connection", self._load_name)
        settings.without_empty_variables(definitions)
        settings.check_booleans(definitions, var_options or {})
        super().set_options(task_keys=task_keys, var_options=var_options, direct=direct)
        self._route = None
        self._given = settings.given(
            lambda option: constants.config.get_config_value_and_origin(
                option, plugin_type="connection", plugin_name=self._load_name, keys=task_keys, variables=var_options, direct=direct))
        if self.get_option("account"):
            self.set_option("remote_user", self.get_option("account"))

    def _connect(self) -> Connection:
        self._connected = True
        return self

    def exec_command(self, cmd: str, in_data: bytes | None = None, sudoable: bool = True) -> tuple[int, bytes, bytes]:
        super().exec_command(cmd, in_data=in_data, sudoable=sudoable)
        route = self._usable()
        text, stdin = to_text(cmd, errors="surrogateescape"), to_bytes(in_data or b"")
        output = files.executed_with_input(route, text, stdin) if len(stdin) > LARGEST_INPUT else execute(route, text, stdin)
        return output.rc, output.stdout, output.stderr

    def put_file(self, in_path: str, out_path: str) -> None:
        super().put_file(in_path, out_path)
        files.put(self._usable(), to_text(in_path), to_text(out_path, errors="surrogateescape"))

    def fetch_file(self, in_path: str, out_path: str) -> None:
        super().fetch_file(in_path, out_path)
        files.fetch(self._usable(), to_text(in_path, errors="surrogateescape"), to_text(out_path))

    def close(self) -> None:
        self._connected = False

    def reset(self) -> None:
        """Nothing is kept from one command to the next."""
        self.close()

    def _usable(self) -> Route:
        """The way to the host; AnsibleError, with nothing sent, for what cannot work."""
        if getattr(self._shell, "_IS_WINDOWS", False):
            raise AnsibleError(NO_WINDOWS)
        if self.become and self.become.get_option("become_pass", playcontext=self._play_context):
            raise AnsibleError(NO_PASSWORD)
        if self._route is None:
            try:
                self._route = settings.route(self.get_option, self._given, self._say, self._note)
            except JobError as error:
                raise AnsibleError(str(error)) from None
        return self._route

    def _say(self, line: str) -> None:
        display.warning(f"{self.get_option('name_of_host')}: {line}")

    def _note(self, line: str) -> None:
        """To stderr, which shows it at once; stdout keeps it back where it is no terminal, and loses it when Ansible is killed."""
        if display.verbosity:
            display.display(f"<{self.get_option('name_of_host')}> {line}", color=constants.COLOR_VERBOSE, stderr=True)
