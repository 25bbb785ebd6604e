# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 滨海区今年谁交流、去哪里
#
# 这份笔记把一年一度的交流轮岗方案从头到尾走一遍。您不需要会编程：从上往下，逐格按 **Shift+Enter** 运行即可；
# 想试别的数字时，只改引号和冒号之间的数字，再运行一次。
#
# 滨海区是一个虚构的沿海区，60所学校、5018名教职工，人名、校名都是编的。换成本区的数据，步骤完全一样。
#
# 一、读入并检查数据 · 二、规则用平常话怎么说 · 三、交流之前各人的情况 · 四、编方案 · 五、逐条核查 · 六、逆交流专页 ·
# 七、给一所学校的名单 · 八、一张图 · 九、如果比例提高到25% · 十、两个方案有什么不同

# %%
import rotation_planner as rp

# %% [markdown]
# ## 一、读入并检查数据
#
# 一个文件夹就是一个“场景”：`scenario.yaml` 写明计算到哪一天、用哪个城市的规则，其余是名册、学校等表格。
# 读入的同时完成检查；如有错误，会一次列出全部问题（哪个文件、第几行、哪一栏、应当怎样写），不会带着错误往下算。

# %%
scenario = rp.load_scenario("../scenarios/binhai")
scenario

# %% [markdown]
# ## 二、规则用平常话怎么说
#
# 规则写在一个文件里，每条都有编号、依据和一句话。下面就是程序实际执行的规则：句子里的数字直接取自规则本身，
# 改了数字，句子跟着变。凡原文没有写明、需要区里定的地方，都有“说明”。

# %%
scenario.policy

# %% [markdown]
# ## 三、交流之前各人的情况
#
# 在编方案之前，先认定每个人的情况。“应当交流”的人并非今年都走：符合条件的教师较多的学校分五年逐步交流，
# 所以另有一栏“其中今年应交流”。

# %%
standing = rp.stand(scenario.district, scenario.policy)
standing

# %% [markdown]
# 每个人的认定和所依据的规则编号都在一张总表里。例如暂缓的人（`need_not`）：

# %%
people = standing.table
people[people["standing"] == "need_not"].head()

# %% [markdown]
# ## 四、编方案
#
# 这一格要算一会儿。目标分四层，自上而下，前一层绝不为后一层让步：先把今年应交流的人安排好，再看学科缺额，
# 再看不必要的交流是否最少，最后才是骨干均衡、志愿和路途。
#
# 至多算多少秒，写在 `scenario.yaml` 的 `time_limit`；时间到了，就以当时最好的方案为准，并说明还差多少。

# %%
outcome = rp.make_plan(scenario)
outcome

# %% [markdown]
# 第一张小表是各层目标：“数值”是本方案的结果，“下界”是已经证明的界限——任何方案都不会比它更小；两者相等，就是
# 已证明最优；没有证明的，写明至多还差多少。
#
# 之后是交流人员和留任人员，都写明缘由。表太长时只显示开头和结尾，全部内容在写出的文件里。
#
# ## 五、逐条核查
#
# 核查与求解互不相干：它只看数据、规则和方案，把每一条规则、每一个数字重新数一遍。手工改过的方案也照样能核查：
# `rp.audit(scenario, "方案文件夹")`。

# %%
outcome.audit

# %% [markdown]
# ## 六、逆交流专页
#
# 文件要求：优质学校流向一般和薄弱学校的骨干教师，必须多于一般和薄弱学校流出的骨干教师。“流出”可以有不同读法，
# 这里把每一种读法的结论都列出来；本区采用的是第一种，最严。

# %%
outcome.audit.reverse_flow[0]

# %% [markdown]
# ## 七、给一所学校的名单
#
# 以滨海区实验中学（S006）为例：先看谁交流出去、去哪里，再看谁交流进来，最后看谁符合条件却留任、为什么。
# 栏名是固定的英文：`name` 姓名，`position` 职务，`subject` 学科，`from_school` 流出学校，`to_school` 流入学校，
# `until` 期限（空白为不设期限），`reason` 缘由，`why` 留任缘由。

# %%
moves = outcome.plan.transfers
moves[moves["from_school"] == "滨海区实验中学"][["name", "position", "subject", "to_school", "until", "reason"]]

# %%
moves[moves["to_school"] == "滨海区实验中学"][["name", "position", "subject", "from_school", "until", "reason"]]

# %%
stays = outcome.plan.deferred
stays[stays["school_id"] == "S006"].head()

# %% [markdown]
# 写出方案以后，每所学校都有自己的一本工作簿（`lists/schools` 里），另有全区总册和不含个人隐私的公示名单。

# %%
folder = rp.write(outcome, scenario, "../out/notebook")
sorted(each.name for each in (folder / "lists").iterdir())

# %% [markdown]
# ## 八、一张图
#
# 各层次学校之间的流动，左边是全部交流人员，右边只看骨干教师。这张图也在方案文件夹里，可以直接放进汇报材料。

# %%
from IPython.display import Image

Image(folder / "charts" / "flow.png", width=900)

# %% [markdown]
# ## 九、如果比例提高到25%
#
# 城区学校和优质学校的比例，规则里是15%。分五年逐步交流的学校，每年本来就要安排五分之一（20%），所以提高到18%不会有
# 变化；提高到25%会怎样？不必改规则文件，只在读入时调整这一条：

# %%
stricter = rp.load_scenario("../scenarios/binhai", adjust={"quota-quality": {"at_least": "25%"}})
what_if = rp.make_plan(stricter)
what_if

# %% [markdown]
# ## 十、两个方案有什么不同
#
# 先看第三层目标：为了凑足25%，有人并非今年应交流也得走。下面列出只在一个方案里交流的人、去向或方式改变的人
# （`first` 是原方案，`second` 是提高比例后的方案），最后是各层目标的变化。

# %%
rp.compare(outcome.plan, what_if.plan)

# %% [markdown]
# 还可以试：把骨干比例从20%提高到25%（`quota-backbone` 的 `at_least`），把分年安排从5年改为3年（`phase-large` 的
# `years`），或者把逆交流改用逐校的读法（`no-reverse-flow` 的 `reading` 写成 `per_school`）。规则编号见第二节。
# 这份笔记里有人员的暂缓情形，只供局内使用；对外请用公示名单。
