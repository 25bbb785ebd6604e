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
# # 今年谁交流、去哪里 · Who rotates this year, and where
#
# 这份笔记把一年一度的交流轮岗方案从头到尾走一遍。您不需要会编程：从上往下，逐格按 **Shift+Enter** 运行即可；
# 想试别的数字时，只改引号和冒号之间的数字，再运行一次。
#
# 海棠区是一个虚构的小区，12所学校、600名教职工，人名、校名都是编的，每一格一两秒就有结果。换成本区的数据，
# 步骤完全一样：60所学校、5000多人的滨海区（`scenarios/binhai`）编一次方案约20秒。
#
# 一、读入并检查数据 · 二、规则用平常话怎么说 · 三、交流之前各人的情况 · 四、编方案 · 五、逐条核查 · 六、逆交流专页 ·
# 七、一所学校的名单 · 八、图 · 九、写出全部文件

# %%
import rotation_planner as rp

# %% [markdown]
# ## 一、读入并检查数据 · Read and check
#
# 一个文件夹就是一个“场景”：`scenario.yaml` 写明计算到哪一天、用哪个城市的规则，其余是名册、学校等表格。
# 拿到学校报上来的表，先检查一遍。这里故意放了一个有三处错误的文件夹：

# %%
rp.check("mistakes")

# %% [markdown]
# 哪个文件、第几行、哪一栏、写的是什么、应当怎样写，一次列全。全部改好之前，程序不会带着错误往下算。
# 海棠区的数据没有问题，可以读入：

# %%
scenario = rp.load_scenario("../scenarios/haitang")
scenario

# %% [markdown]
# 最后一栏为正的学校超编，为负的缺编。交流要在这个底子上做：超编学校只出不进，或者多出少进。
#
# ## 二、规则用平常话怎么说 · The rules in plain words
#
# 规则写在一个文件里，每条都有编号、依据和一句话。下面就是程序实际执行的规则：句子里的数字直接取自规则本身，改了数字，
# 句子跟着变。凡原文没有写明、需要区里定的地方，都有“说明”。

# %%
scenario.policy

# %% [markdown]
# ## 三、交流之前各人的情况 · Who must go, who need not
#
# 在编方案之前，先认定每个人的情况。“应当交流”的人并非今年都走：符合条件的教师较多的学校分五年逐步交流，
# 所以另有一栏“其中今年应交流”。

# %%
standing = rp.stand(scenario.district, scenario.policy)
standing

# %% [markdown]
# 今年应交流的是这些人：

# %%
standing.due_people

# %% [markdown]
# 暂缓的事由涉及健康和家庭，这里一概不列；经办人要看，在写出的 `lists/district.xlsx` 里，那本工作簿只供局内使用。

# %% [markdown]
# ## 四、编方案 · Make the plan
#
# 目标分四层，自上而下，前一层绝不为后一层让步：先把今年应交流的人安排好，再看学科缺额，再看不必要的交流是否最少，
# 最后才是骨干均衡、志愿和路途。
#
# 至多算多少秒，写在 `scenario.yaml` 的 `time_limit`；时间到了，就以当时最好的方案为准，并说明还差多少。

# %%
outcome = rp.make_plan(scenario)
outcome

# %% [markdown]
# 第一张表是各层目标，都是越小越好：“数值”是本方案的结果，“下界”是已经证明的界限——任何方案都不会比它更小；两者相等，
# 就是已证明最优。第一层是2，就是说今年应交流的人里有2人怎么安排都走不成，第三张表里写明了原因。
#
# 表长时只显示开头，全部内容在写出的文件里。
#
# ## 五、逐条核查 · The audit
#
# 核查与求解互不相干：它只看数据、规则和方案，把每一条规则、每一个数字重新数一遍。手工改过的方案也照样能核查：
# `rp.audit(scenario, "方案文件夹")`。怎样读这一页，另有一份笔记：[reading_the_audit](reading_the_audit.ipynb)。

# %%
outcome.audit

# %% [markdown]
# ## 六、逆交流专页 · The reverse-flow page
#
# 文件要求：优质学校流向一般和薄弱学校的骨干教师，必须多于一般和薄弱学校流出的骨干教师。“流出”可以有不同读法，
# 这里把每一种读法的结论都列出来；本区采用的是第一种，最严。

# %%
outcome.audit.reverse_flow[0]

# %% [markdown]
# ## 七、一所学校的名单 · One school's lists
#
# 校长关心自己的学校：谁交流出去、去哪里，谁交流进来，谁符合条件却留任、为什么，各学科之后还差几人。
# 引号里写学校名称或代码：

# %%
outcome.school("海棠区实验中学")

# %% [markdown]
# 留任缘由只写校长可以知道的：有登记情形的，只写“暂缓（已登记情形）”，不写是什么情形。
#
# ## 八、图 · Pictures
#
# 左边是全部交流人员在各层次学校之间的流动，右边只看骨干教师。

# %%
outcome.pictures["flow"]

# %% [markdown]
# 还有这些图可看，把上一格引号里的名称换掉就行：

# %%
outcome.pictures

# %%
outcome.pictures["staffing"]

# %% [markdown]
# ## 九、写出全部文件 · Write everything
#
# 名单、核查、给每位校长的工作簿、公示名单、汇报用的图和报告，一次写出。已有的旧方案整个换掉，中途出错则一个字也不写。

# %%
folder = rp.write(outcome, scenario, "../out/haitang")
rp.contents(folder)

# %% [markdown]
# 接下来：[what_if](what_if.ipynb) 试别的比例，[trade_offs](trade_offs.ipynb) 看几种取舍，[appeal](appeal.ipynb)
# 处理申诉，[five_years](five_years.ipynb) 往后看五年，[new_city](new_city.ipynb) 写本市的规则。
#
# ---
#
# **In English.** One year from beginning to end, for an officer who runs cells and need not program: check the tables
# (a folder with three mistakes shows how they are told), read the rules in plain words, see who must go, make the
# plan (43 moves, four strict goals, each proven best), read the audit and the reverse-flow page, one school's lists
# as its principal reads them, pictures, and all files. Reasons on health, family or sanctions are shown nowhere in
# this notebook. `rp.set_language("en")` in the first cell makes every table English.
